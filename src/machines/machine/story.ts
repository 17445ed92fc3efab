import { type Exit, endedSince, type MachineEvent, newestEnd, newestStartOf } from './events.js';
import type { Machine } from './machine.js';
import { FAILED } from './states.js';

/** Outcome that a machine's events tell although it isn't where it should be, so that waiting longer is useless. */
export interface Story {
  /** True if it was there and has done its work. */
  readonly isDone: boolean;
  /** True if its process has ended by itself, and nobody asked for that. */
  readonly hasEnded?: true;
  /** Words that follow the machine's id in a sentence: `started and ended, exit code 0`. */
  readonly what: string;
}

/** States from which a machine becomes `started` by itself. */
const STARTING: ReadonlySet<string> = new Set(['starting', 'restarting']);

/**
 * Tells how a machine that should start has ended; undefined while it has not, or if Fly starts it again. `before` is the
 * machine before our request; it may have been on its way already.
 */
export function tellEnd(now: Machine, before: Machine): Story | undefined {
  if (before.newestEvent === undefined) return undefined;
  const since = STARTING.has(before.state) ? (newestStartOf(before.events) ?? 0) - 1 : before.newestEvent;
  const exit = endedSince(now.events, since);
  if (exit === undefined) return undefined;
  if (exit.requested) return { isDone: false, what: 'was started, and another client has stopped it again' };
  const isDone = now.isOneShot && exit.code === 0 && !exit.outOfMemory;
  return { isDone, what: `started and ended, ${exitWords(exit)}` };
}

/** Returns words for the end of a process: `exit code 1`. */
export function exitWords({ code, outOfMemory }: Exit): string {
  const words = code === undefined ? 'exit code not known' : `exit code ${code}`;
  return outOfMemory ? `out of memory (${words})` : words;
}

/** Returns how the process of a machine that has failed ended: `exit code 1`; empty for any other, or if no event tells. */
export function whyFailed({ state, events }: Pick<Machine, 'state' | 'events'>): string {
  const end = FAILED.has(state) ? newestEnd(events) : undefined;
  // An end that somebody asked for is not what made it fail.
  return end === undefined || end.requested ? '' : exitWords(end);
}

/** Returns a machine's state, with the reason of one that has failed: `failed, exit code 1`. */
export function stateWords(machine: Pick<Machine, 'state' | 'events'>): string {
  const why = whyFailed(machine);
  return why === '' ? machine.state : `${machine.state}, ${why}`;
}

/**
 * Tells that a machine which should be stopped or suspended is up all the same: it was down and has been started again, or
 * a request came while it was suspending, which cancels that; undefined otherwise. (community.fly.io/t/26623)
 */
export function tellUp(now: Machine, before: Machine): Story | undefined {
  const { newestEvent } = before;
  if (newestEvent === undefined || !UP.has(now.state)) return undefined;
  const since = now.events.filter(({ at }) => at > newestEvent);
  const down = since.findIndex(isStoppedBy);
  const again = since.slice(0, Math.max(0, down)).filter(({ type }) => type === 'start');
  if (again.length > 0) {
    const how = since[down]?.exit === undefined ? 'suspended' : 'stopped';
    return { isDone: false, what: `was ${how}, and ${whoOf(again)} has started it again` };
  }
  const isKeptUp = now.state === 'started' && down < 0 && since.some(({ type }) => type === 'suspend');
  if (!isKeptUp) return undefined;
  return { isDone: false, what: 'was kept up by a request that came while it was suspending' };
}

const UP: ReadonlySet<string> = new Set(['started', ...STARTING]);

function isStoppedBy({ type, status, exit }: MachineEvent): boolean {
  return exit?.restarting === false || (type === 'suspend' && status === 'suspended');
}

function whoOf(starts: readonly MachineEvent[]): string {
  const sources = starts.map(({ source }) => source);
  if (sources.includes('proxy')) return 'a request';
  return sources.includes('user') ? 'another client' : 'Fly';
}
