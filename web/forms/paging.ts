/** A page of a list by its number, from an address that anybody may have typed. */
export function pageNumber(text: string | undefined): number {
  return /^[1-9]\d{0,4}$/.test(text ?? '') ? Number(text) : 1;
}

interface PageLink {
  readonly href: string;
}

/** As GOV.UK's pagination takes it; null where everything is on one page. */
export function paginationOf(
  page: number,
  size: number,
  total: number,
  href: (page: number) => string,
): { readonly previous?: PageLink; readonly next?: PageLink; readonly items: readonly object[] } | null {
  const last = Math.max(1, Math.ceil(total / size));
  if (last === 1) return null;
  const wanted = [1, page - 1, page, page + 1, last].filter((one) => one >= 1 && one <= last);
  const shown = [...new Set(wanted)].sort((a, b) => a - b);
  return {
    ...(page > 1 && page <= last && { previous: { href: href(page - 1) } }),
    ...(page < last && { next: { href: href(page + 1) } }),
    items: shown.flatMap((one, index) => {
      const gap = index > 0 && one - (shown[index - 1] ?? one) > 1 ? [{ ellipsis: true }] : [];
      return [...gap, { number: one, href: href(one), current: one === page }];
    }),
  };
}
