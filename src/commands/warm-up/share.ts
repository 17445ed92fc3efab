/** Of the time that is left, what a machine has before the next is begun beside it. */
const SHARE = 1 / 3;
/** A start with health checks takes tens of seconds: in less than this, in milliseconds, none is called slow. */
const LEAST_MS = 30_000;

/** After how long a machine counts as slow, in milliseconds; undefined where nothing begun then could still help. */
export function shareOf(left: number): number | undefined {
  const share = Math.max(LEAST_MS, Math.floor(left * SHARE));
  return share < left ? share : undefined;
}
