import type { Machine } from '../../machines/machine/machine.js';
import { formatTime } from '../../text.js';
import type { KeepAliveMark } from '../engine/restore-record.js';
import type { MachineResult } from '../result/result.js';
import { KEEP_ALIVE_UNTIL, timeIn } from './mark.js';

/**
 * Until when somebody wants the machine left running, in milliseconds since 1970; undefined where nobody does any
 * more, `Infinity` where what is written is no time: it was meant to be one, and nobody knows which. `ours` is what the
 * asker wrote itself: that doesn't bind it, but stands in the place of what it replaced.
 */
export function keptUntil({ metadata }: Machine, now: number, ours?: KeepAliveMark): number | undefined {
  const value = metadata[KEEP_ALIVE_UNTIL];
  if (value === undefined) return undefined;
  const until = value === ours?.held ? (ours.before ?? 0) : timeIn(value);
  if (Number.isNaN(until)) return Number.POSITIVE_INFINITY;
  return until > now ? until : undefined;
}

/** Why a machine is left running that is held until what is no time. */
export const HELD_UNREADABLY = `held: ${KEEP_ALIVE_UNTIL} in its metadata is no time`;

/** Why a machine is not to be stopped because of that, if so. */
export function keptByOther(machine: Machine, now: number, ours?: KeepAliveMark): string | undefined {
  const until = keptUntil(machine, now, ours);
  if (until === undefined) return undefined;
  return Number.isFinite(until) ? `held by another job until ${formatTime(until)}` : HELD_UNREADABLY;
}

/** For how long machines are to be left running. */
export interface KeepAliveOptions {
  /** In milliseconds, from the moment that a machine is held. */
  readonly ms: number;
  /** Unix milliseconds by the servers' clock: others go by that. */
  readonly now: () => number;
  /** In [0, 1): what makes the text of each step its own, so that none takes another's for that. */
  readonly random: () => number;
}

/** How a machine is held. */
export interface MarkOptions {
  /** Ends it, without a word where the step itself goes on: nobody needs the machine then. */
  readonly signal: AbortSignal;
  /** Whether it may be on its way only. */
  readonly isRequested?: boolean;
  /** Of a lease that we hold. */
  readonly nonce?: string | undefined;
}

/** What came of it. */
export interface MarkOutcome {
  /** Until when, as it is written; absent where it isn't. */
  readonly held?: string;
  /** What there is to say of that. */
  readonly reason: string;
}

/** The result of a machine, and what came of holding it. */
export function withMark(result: MachineResult, { held, reason }: MarkOutcome): MachineResult {
  const said = [result.reason, reason].filter((text) => text !== '').join('; ');
  return { ...result, ...(held !== undefined && { held }), reason: said };
}
