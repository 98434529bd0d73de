/** Items by key, in the order in which each key first comes. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = found.get(key);
    if (group === undefined) found.set(key, [item]);
    else group.push(item);
  }
  return found;
}

/** As {@link grouped}, the groups alone. */
export function groups<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  return [...grouped(items, keyOf).values()];
}
