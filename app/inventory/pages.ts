import { type Pool } from 'pg';
import { Failure } from '../../domain/errors';
import { isKnown, type Page } from '../../register/cases';

/** Which page of a list: null limit = all, null after = from the start. */
export interface PageQuery {
  readonly limit: number | null;
  readonly after: string | null;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** How many match in all. */
  readonly total: number;
  /** For `--after`; null = this is the last page. */
  readonly next: string | null;
}

/** One page of a list, and whether there is another. */
export async function pageOf<T>(
  { limit, after }: PageQuery,
  read: (page: Page) => Promise<readonly T[]>,
  count: () => Promise<number>,
  keyOf: (item: T) => string,
): Promise<Listed<T>> {
  const found = await read({ limit: limit === null ? null : limit + 1, after });
  const items = limit === null ? found : found.slice(0, limit);
  const last = items.at(-1);
  return { items, total: await count(), next: found.length > items.length && last !== undefined ? keyOf(last) : null };
}

/** @throws Failure `unknown-department` or `unknown-site` where a filter names none that is there */
export async function checkFilter(
  pool: Pool,
  filter: { readonly departmentId?: string; readonly siteId?: string },
): Promise<void> {
  const { departmentId, siteId } = filter;
  if (departmentId !== undefined && !(await isKnown(pool, 'department', departmentId))) {
    throw new Failure('unknown-department', `There is no department "${departmentId}".`, {
      hint: 'See "clearsite sites list".',
    });
  }
  if (siteId !== undefined && !(await isKnown(pool, 'site', siteId))) {
    throw new Failure('unknown-site', `There is no site "${siteId}".`, { hint: 'See "clearsite sites list".' });
  }
}
