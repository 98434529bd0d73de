import { type Slice } from '../../register/lists/order';

/** How many rows a page of a list has. */
export const PAGE_SIZE = 50;

/** One page of a list. */
export interface Paged<T> {
  readonly items: readonly T[];
  /** How many the filter lets through; may be two seconds old. */
  readonly total: number;
  /** From 1. */
  readonly page: number;
  /** At least 1. */
  readonly pages: number;
}

/**
 * A page of a list; beyond the end it is the last one.
 * @param page from 1
 */
export async function paged<T>(
  page: number,
  total: number,
  slice: (slice: Slice) => Promise<readonly T[]>,
): Promise<Paged<T>> {
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const shown = Math.min(page, pages);
  const items = total === 0 ? [] : await slice({ offset: (shown - 1) * PAGE_SIZE, limit: PAGE_SIZE });
  return { items, total, page: shown, pages };
}
