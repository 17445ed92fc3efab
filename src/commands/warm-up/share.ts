/** Share of the time left that a machine has before the next is begun beside it. */
const SHARE = 1 / 3;
/** Shortest share in milliseconds: a start with health checks takes tens of seconds, and is not slow before. */
const LEAST_MS = 30_000;

/** Returns the time in ms after which a machine counts as slow; undefined where another, begun then, could not help. */
export function shareOf(left: number): number | undefined {
  const share = Math.max(LEAST_MS, Math.floor(left * SHARE));
  return share < left ? share : undefined;
}
