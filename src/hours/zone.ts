import type { UnixMs } from '../clock.js';

/**
 * Time zone: gives the moment at which its wall clock shows a time of a day, in days since 1970 and in minutes from its
 * midnight, up to two days. A time that a change of clocks leaves out is the moment of the change; of one that comes twice,
 * `pick` takes the first (0) or the last (-1).
 */
export type Zone = (day: number, minutes: number, pick: 0 | -1) => UnixMs;

const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;
const OFFSET = /([+-])(\d+):(\d+)(?::(\d+))?$/;

/** Zones by name: a format costs more than a thousand moments. */
const zones = new Map<string, Zone>();

/** Returns the IANA time zone of a name in any case; undefined where there is none. An offset such as `+02:00` is no zone. */
export function zoneNamed(name: string): Zone | undefined {
  const key = name.toLowerCase();
  if (!zones.has(key) && /^[a-z]/.test(key)) {
    try {
      zones.set(key, zoneOf(new Intl.DateTimeFormat('en', { timeZone: key, timeZoneName: 'longOffset' })));
    } catch {
      // `Intl` has no other way to say that it doesn't know a zone.
    }
  }
  return zones.get(key);
}

function zoneOf(format: Intl.DateTimeFormat): Zone {
  /** Returns how far the wall clock is ahead of UTC, in milliseconds. */
  const offsetAt = (at: UnixMs): number => {
    // UTC has no digits in some versions.
    const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(format.format(at)) ?? [];
    const ahead = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * 1000;
    return sign === '-' ? -ahead : ahead;
  };
  const offsets = new Map<number, number>();
  const offsetOn = (day: number): number => {
    const offset = offsets.get(day) ?? offsetAt(day * DAY);
    offsets.set(day, offset);
    return offset;
  };
  return (day, minutes, pick) => {
    const local = day * DAY + minutes * MINUTE;
    // No clock is a day ahead or behind, so a change of these two days lies within these four; no zone has two in four days.
    const [old, changed] = [offsetOn(day - 1), offsetOn(day + 3)];
    if (old === changed) return local - old;
    // Both only where the clock went back, and then the old offset gives the earlier one.
    const moment = [local - old, local - changed].filter((at) => at + offsetAt(at) === local).at(pick);
    if (moment !== undefined) return moment;
    let [before, after] = [(day - 1) * DAY, (day + 3) * DAY];
    while (after - before > 1) {
      const between = Math.floor((before + after) / 2);
      if (offsetAt(between) === old) before = between;
      else after = between;
    }
    return after;
  };
}
