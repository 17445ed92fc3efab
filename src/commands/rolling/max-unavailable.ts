/** How many machines of a group may be down at once: a number of them, or a share in percent. */
export type MaxUnavailable = { readonly machines: number } | { readonly percent: number };

/** Returns whether all machines of a group may be down at once. */
export function isAll(most: MaxUnavailable): boolean {
  return 'percent' in most && most.percent === 100;
}

/**
 * Returns how many of a group's machines may be down at once, where so many are up: a share is rounded down, but one is
 * the least. A group of two or more keeps one of them up, whatever number is asked for, unless all may be down.
 */
export function mostDown(most: MaxUnavailable, up: number): number {
  if (isAll(most)) return Number.POSITIVE_INFINITY;
  const asked = 'percent' in most ? Math.floor((up * most.percent) / 100) : most.machines;
  return Math.max(1, Math.min(asked, up - 1));
}
