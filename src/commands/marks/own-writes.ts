import type { UnixMs } from '../../clock.js';
import type { Machine } from '../../machines/machine/machine.js';
import { marksOf } from './mark.js';

/** Time limit for writing a mark, in milliseconds, from the time that stands in it. */
export const MARK_LIMIT_MS = 15_000;

/** Difference of clocks in milliseconds, by which Fly may date a write earlier than the mark does. */
const SKEW_MS = 5_000;

/** Types of events that tell of a machine's run, which no write of metadata is. */
const OF_RUN: ReadonlySet<string> = new Set([
  ...['launch', 'start', 'stop', 'exit', 'crash', 'suspend', 'restart', 'destroy', 'migrate'],
]);

/**
 * Returns what a machine's times and events tell, without what the writing of its marks has left there: that says nothing
 * of the machine. Marks that were written over are known by what the last one has left.
 */
export function withoutOwnWrites(
  machine: Pick<Machine, 'events' | 'updatedAt' | 'metadata'>,
): Pick<Machine, 'events' | 'updatedAt'> {
  const { events, updatedAt } = machine;
  const times = marksOf(machine).map(({ at = Number.NaN }) => at);
  const isOwn = (time: UnixMs) =>
    times.some((at) => time >= at - SKEW_MS && time <= at + MARK_LIMIT_MS + SKEW_MS);
  const own = events.find(({ type, at }) => !OF_RUN.has(type) && isOwn(at));
  const others =
    own === undefined ? events : events.filter((it) => it.type !== own.type || it.status !== own.status);
  const isMoved = updatedAt !== undefined && isOwn(updatedAt);
  return { events: others, updatedAt: isMoved ? others[0]?.at : updatedAt };
}
