/** Limit of a group's machines that may be down at once: a number of them, or a share in percent. */
export type MaxUnavailable = { readonly machines: number } | { readonly percent: number };

/** Returns whether all machines of a group may be down at once, so that nothing needs to wait for its turn. */
export function isAll(most: MaxUnavailable): boolean {
  return 'percent' in most && most.percent === 100;
}

/**
 * Returns how many of a group's machines may be down at once where so many are up, and not all may be down: a share is
 * rounded down, but one is the least, and a group of two or more keeps one up, whatever number is asked for.
 */
export function mostDown(most: MaxUnavailable, up: number): number {
  const asked = 'percent' in most ? Math.floor((up * most.percent) / 100) : most.machines;
  return Math.max(1, Math.min(asked, up - 1));
}
