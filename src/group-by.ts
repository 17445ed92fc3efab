/** Groups items by a key, in the order in which keys come up first. Node 20 has no `Map.groupBy`. */
export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Counts equal texts, the most frequent first: `980 no capacity`, `10 timeout`. */
export function tallied(texts: Iterable<string>): string[] {
  return [...groupBy(texts, (text) => text)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([text, all]) => `${all.length} ${text}`);
}
