import type { Machine } from './machine.js';

/** Longest time in ms for which a launched machine is `created` before it starts: mostly seconds, sometimes minutes. */
const ON_ITS_WAY_MS = 300_000;

/** Reason why a machine that should be down needs no change. */
export const NEVER_STARTED = 'created, never started';

/**
 * Returns whether a machine was created and has never been started, as machines on a schedule and those made in advance
 * are at first. A machine on its way looks the same while it is young or its age is unknown; for that it is false.
 * `now` is in Unix milliseconds by Fly's clock.
 */
export function isNeverStarted({ state, newestEvent, updatedAt }: Machine, now: number): boolean {
  const last = newestEvent ?? updatedAt ?? 0;
  return state === 'created' && last > 0 && now - last >= ON_ITS_WAY_MS;
}
