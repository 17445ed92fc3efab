import type { AppMachine } from '../result/app-machine.js';

/** Metadata by which a machine asks to be left running; whatever it says, unless that is a no. */
export const KEEP_ALIVE = 'keep-alive';

/** The same until a time, RFC 3339. */
export const KEEP_ALIVE_UNTIL = 'keep-alive-until';

const NO = /^\s*(false|no|off|0)?\s*$/i;
const RFC_3339 = /^\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\s*$/i;

/**
 * The time in a `keep-alive-until`, in milliseconds since 1970; NaN for what isn't RFC 3339: `Date.parse` alone takes
 * `12` for a year, and what names no zone for a time here.
 */
export function timeIn(text: string): number {
  return RFC_3339.test(text) ? Date.parse(text.trim().toUpperCase().replace(' ', 'T')) : Number.NaN;
}

/** Why a machine is left running whose metadata asks for that without an end; undefined where it doesn't. */
export function keptAlive({ metadata }: Pick<AppMachine, 'metadata'>): string | undefined {
  return NO.test(metadata[KEEP_ALIVE] ?? '') ? undefined : `${KEEP_ALIVE} is set in its metadata`;
}
