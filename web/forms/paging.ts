/** A page of a list by its number, from an address that anybody may have typed. */
export function pageNumber(text: string | undefined): number {
  return /^[1-9]\d{0,4}$/.test(text ?? '') ? Number(text) : 1;
}

interface PageLink {
  readonly href: string;
}

/** Numbers of the pages that are offered: the first, the last and those around the one that is shown. */
export function pageNumbers(page: number, pages: number): readonly (number | 'gap')[] {
  const wanted = [...new Set([1, page - 1, page, page + 1, pages])].filter((one) => one >= 1 && one <= pages);
  wanted.sort((a, b) => a - b);
  return wanted.flatMap((one, index) => {
    const before = wanted[index - 1] ?? one - 1;
    return one - before > 1 ? (['gap', one] as const) : [one];
  });
}

interface Pagination {
  readonly previous?: PageLink;
  readonly next?: PageLink;
  readonly items: readonly object[];
}

/** As GOV.UK's pagination takes it; null where everything is on one page. */
export function pageLinks(page: number, pages: number, href: (page: number) => string): Pagination | null {
  if (pages === 1) return null;
  return {
    ...(page > 1 && page <= pages && { previous: { href: href(page - 1) } }),
    ...(page < pages && { next: { href: href(page + 1) } }),
    items: pageNumbers(page, pages).map((one) =>
      one === 'gap' ? { ellipsis: true } : { number: one, href: href(one), current: one === page },
    ),
  };
}

/** As {@link pageLinks}, for so many items on pages of a size. */
export function paginationOf(
  page: number,
  size: number,
  total: number,
  href: (page: number) => string,
): Pagination | null {
  return pageLinks(page, Math.max(1, Math.ceil(total / size)), href);
}
