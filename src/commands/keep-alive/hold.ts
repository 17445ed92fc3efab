import type { MachineRef } from '../../machines/api/machine-path.js';
import type { Machine } from '../../machines/machine/machine.js';
import { formatTime, timeIn } from '../../text.js';

/** Metadata key by which a machine asks to be left running, whatever its value, unless that is a no. */
export const KEEP_ALIVE = 'keep-alive';

/** Metadata key that holds the time until which a machine is to be left running (RFC 3339). */
export const KEEP_ALIVE_UNTIL = 'keep-alive-until';

/** Hold that a step is about to write into a machine's metadata to have it left running, changed or not. */
export interface Hold extends MachineRef {
  /** Time until which the machine is held, as `holdText` writes it. */
  readonly held: string;
  /** Time of another job's hold that this one replaces, in milliseconds since 1970. */
  readonly before?: number;
}

const NO = /^\s*(false|no|off|0)?\s*$/i;
/** Writes a time in milliseconds since 1970 as holds have it, to the millisecond: each step must find its own text again. */
export function holdText(ms: number): string {
  return new Date(ms).toISOString();
}

/** Returns why a machine is left running whose metadata asks for that without an end; undefined where it doesn't. */
export function keptAlive({ metadata }: Pick<Machine, 'metadata'>): string | undefined {
  return NO.test(metadata[KEEP_ALIVE] ?? '') ? undefined : `${KEEP_ALIVE} is set in its metadata`;
}

/**
 * Returns until when the machine is to be left running, in milliseconds since 1970; undefined where none holds any more,
 * `Infinity` where the hold is no time, so that its end is unknown. `ours` is the hold that the caller itself wrote: it
 * doesn't bind the caller, and the hold that it replaced counts instead.
 */
export function keptUntil(
  { metadata }: Pick<Machine, 'metadata'>,
  now: number,
  ours?: Hold,
): number | undefined {
  const value = metadata[KEEP_ALIVE_UNTIL];
  if (value === undefined) return undefined;
  const until = value === ours?.held ? (ours.before ?? 0) : timeIn(value);
  if (Number.isNaN(until)) return Number.POSITIVE_INFINITY;
  return until > now ? until : undefined;
}

/** Reason of a machine that is left running since its hold is no time. */
export const KEPT_UNREADABLY = `held: ${KEEP_ALIVE_UNTIL} in its metadata is no time`;

/** Returns why a machine is not to be stopped because of another job's hold; undefined where there is none. */
export function keptByOther(machine: Machine, now: number, ours?: Hold): string | undefined {
  const until = keptUntil(machine, now, ours);
  if (until === undefined) return undefined;
  return Number.isFinite(until) ? `held by another job until ${formatTime(until)}` : KEPT_UNREADABLY;
}
