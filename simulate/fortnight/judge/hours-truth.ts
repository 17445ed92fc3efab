import { type WallClock, wallClock } from './wall-clock.js';

const [DAY_MINUTES, DAY] = [1_440, 86_400_000];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const WEEKLY =
  /^(\w{3})(?:-(\w{3}))?\s+([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)\s+([A-Za-z_]+\/[A-Za-z_/]+)$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;

/** Stretch of time, its end not included, in milliseconds since 1970. */
interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** Place of a moment in hours. */
export interface Within {
  readonly isIn: boolean;
  /** Edge at or before the moment, and the next one; undefined where there is none. */
  readonly last: number | undefined;
  readonly next: number | undefined;
}

/** Hours of a text over the stretch that is played, by a table of wall clocks: a second way of reading what `hours` reads. */
export class HoursTruth {
  readonly #from: number;
  readonly #until: number;
  readonly #clocks = new Map<string, WallClock | undefined>();
  readonly #read = new Map<string, readonly Stretch[] | undefined>();

  /** Knows all edges from ten days before the one time until ten days after the other. */
  constructor(from: number, until: number) {
    this.#from = from - 10 * DAY;
    this.#until = until + 10 * DAY;
  }

  /** Returns where a moment lies; undefined for hours that can't be read. */
  at(text: string, time: number): Within | undefined {
    const stretches = this.#stretchesOf(text);
    if (stretches === undefined) return undefined;
    let last = Number.NEGATIVE_INFINITY;
    for (const { from, until } of stretches) {
      if (time < from) return { isIn: false, last: finite(last), next: from };
      if (time < until) return { isIn: true, last: finite(from), next: finite(until) };
      last = until;
    }
    return { isIn: false, last: finite(last), next: undefined };
  }

  #stretchesOf(text: string): readonly Stretch[] | undefined {
    if (!this.#read.has(text)) this.#read.set(text, this.#parsed(text));
    return this.#read.get(text);
  }

  #parsed(text: string): readonly Stretch[] | undefined {
    const all: Stretch[] = [];
    for (const span of text.split(',').map((it) => it.trim())) {
      const stretches = this.#span(span);
      if (stretches === undefined) return undefined;
      all.push(...stretches);
    }
    return joined(all);
  }

  #span(text: string): Stretch[] | undefined {
    if (text.toLowerCase() === 'always')
      return [{ from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }];
    const [begin = '', end = ''] = text.split('/');
    if (MOMENT.test(begin) && MOMENT.test(end)) return [{ from: Date.parse(begin), until: Date.parse(end) }];
    const [, first = '', last = first, fromHour, fromMinute, toHour, toMinute, zone = ''] =
      WEEKLY.exec(text) ?? [];
    const [firstDay, lastDay] = [DAYS.indexOf(first.toLowerCase()), DAYS.indexOf(last.toLowerCase())];
    const clock = this.#clockOf(zone);
    if (firstDay < 0 || lastDay < 0 || clock === undefined) return undefined;
    const [from, to] = [Number(fromHour) * 60 + Number(fromMinute), Number(toHour) * 60 + Number(toMinute)];
    if (to > DAY_MINUTES) return undefined;
    const stretches: Stretch[] = [];
    const lastMidnight = Math.floor(clock.at(clock.until) / DAY_MINUTES) - 2;
    for (let day = Math.floor(clock.at(clock.from) / DAY_MINUTES) + 1; day < lastMidnight; day += 1) {
      // The first of January 1970 was a Thursday.
      const weekday = (day + 4) % 7;
      if ((weekday - firstDay + 7) % 7 > (lastDay - firstDay + 7) % 7) continue;
      const midnight = day * DAY_MINUTES;
      const end = midnight + to + (to > from ? 0 : DAY_MINUTES);
      stretches.push({ from: clock.firstFrom(midnight + from), until: clock.forGoodFrom(end) });
    }
    return stretches;
  }

  #clockOf(zone: string): WallClock | undefined {
    if (!this.#clocks.has(zone)) this.#clocks.set(zone, wallClock(zone, this.#from, this.#until));
    return this.#clocks.get(zone);
  }
}

const finite = (time: number) => (Number.isFinite(time) ? time : undefined);

/** Joins stretches that overlap or touch, in the order of time. */
function joined(all: readonly Stretch[]): Stretch[] {
  const union: Stretch[] = [];
  for (const it of all.filter(({ from, until }) => from < until).sort((a, b) => a.from - b.from)) {
    const before = union.at(-1);
    if (before === undefined || it.from > before.until) union.push(it);
    else union[union.length - 1] = { from: before.from, until: Math.max(before.until, it.until) };
  }
  return union;
}
