import type { Machine } from './machine.js';

/** One that is launched is `created` for seconds, sometimes for minutes, before it starts; in milliseconds. */
const ON_ITS_WAY_MS = 300_000;

/** Why nothing needs to be done to a machine that is to be down. */
export const NEVER_STARTED = 'created, never started';

/**
 * Whether a machine was created and nobody starts it, as those that run on a schedule, and those that are made beforehand,
 * are until somebody does. One that is on its way may look the same while it is young, or while nothing tells how old it is.
 * `now` is in milliseconds since 1970 by Fly's clock.
 */
export function isNeverStarted({ state, newestEvent, updatedAt }: Machine, now: number): boolean {
  const last = newestEvent || updatedAt;
  return state === 'created' && last > 0 && now - last >= ON_ITS_WAY_MS;
}
