const MINUTE = 60_000;
/** No zone has changed its clocks at another minute since 1970 than one of these. */
const STEP = 15 * MINUTE;

/** Wall clock of a zone over a stretch of time: minutes since 1970 as its calendar and clocks show them. */
export interface WallClock {
  /** Returns what the clock shows at a time, in minutes since 1970. */
  readonly at: (time: number) => number;
  /** Returns the first time at which the clock shows this or later. */
  readonly firstFrom: (minutes: number) => number;
  /** Returns the time since which the clock has shown nothing earlier than this. */
  readonly forGoodFrom: (minutes: number) => number;
  readonly from: number;
  readonly until: number;
}

/** Makes a table of a zone's wall clock, a row for each quarter of an hour; undefined where there is no such zone. */
export function wallClock(zone: string, from: number, until: number): WallClock | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  } catch {
    return undefined;
  }
  const first = Math.floor(from / STEP) * STEP;
  const offsets: number[] = [];
  for (let time = first; time <= until; time += STEP)
    offsets.push((Date.parse(`${format.format(time).replace(' ', 'T')}Z`) - time) / MINUTE);
  const at = (time: number) => Math.floor(time / MINUTE) + (offsets[Math.floor((time - first) / STEP)] ?? 0);
  const times = offsets.map((_, row) => first + row * STEP);
  return {
    at,
    from: first,
    until: times.at(-1) ?? first,
    // Within a row the clock shows each minute once.
    firstFrom(minutes) {
      const row = times.find((time) => at(time + STEP - MINUTE) >= minutes) ?? until;
      return row + Math.max(0, minutes - at(row)) * MINUTE;
    },
    forGoodFrom(minutes) {
      const row = times.findLast((time) => at(time) < minutes);
      if (row === undefined) return first;
      return row + Math.min(STEP, (minutes - at(row)) * MINUTE);
    },
  };
}
