import type { UnixMs } from '../clock.js';
import type { Hours, SingleSpan, WeeklySpan } from './hours.js';
import { DAY } from './zone.js';

/** Answer of hours at a moment. */
export interface HoursAt {
  /** At an edge the new side holds. */
  readonly isIn: boolean;
  /** Edge at this moment or before it; undefined where there is none. */
  readonly last: UnixMs | undefined;
  /** Edge after this moment; undefined where there is none. */
  readonly next: UnixMs | undefined;
}

/** Longest stretch in days that is looked at in one go. They double from one on, to some 17 months in all. */
const LONGEST_STRETCH = 256;

/**
 * Says whether a moment is within hours, and between which of their edges it lies: where their union begins or ends. Weekly
 * spans alone that have no edge within 17 months have none: clocks change in the same way each year.
 */
export function hoursAt(hours: Hours, now: UnixMs): HoursAt {
  const isIn = unionNear(hours, now, now).some(({ begin, end }) => begin <= now && now < end);
  return { isIn, last: edgeFrom(hours, now, -1), next: edgeFrom(hours, now, 1) };
}

/** Returns the first edge after a moment, or with `way` -1 the last one up to it. */
function edgeFrom(hours: Hours, now: UnixMs, way: 1 | -1): UnixMs | undefined {
  const isBeyond = (at: UnixMs) => (way > 0 ? at > now : at <= now);
  // Years may be covered by a single span: what its ends lead to is looked at from there.
  const ends = boundsOf(hours.single).filter((at) => isBeyond(at) && Number.isFinite(at));
  for (const start of [now, ...ends.sort((a, b) => way * (a - b))])
    for (let days = 1; days <= LONGEST_STRETCH; days *= 2) {
      const near = start + way * (days - 1) * DAY;
      const far = near + way * days * DAY;
      const [from, to] = way > 0 ? [near, far] : [far, near];
      const edges = boundsOf(unionNear(hours, from, to)).filter(
        (at) => isBeyond(at) && from <= at && at <= to,
      );
      const edge = edges.at(way > 0 ? 0 : -1);
      if (edge !== undefined) return edge;
    }
  return undefined;
}

const boundsOf = (spans: readonly SingleSpan[]) => spans.flatMap(({ begin, end }) => [begin, end]);

/** Returns the union of all spans that touch a stretch of time, apart from each other and in order; right within it only. */
function unionNear({ weekly, single }: Hours, from: UnixMs, to: UnixMs): SingleSpan[] {
  const united: { begin: UnixMs; end: UnixMs }[] = [];
  const spans = [...single, ...weekly.flatMap((span) => spansNear(span, from, to))];
  for (const { begin, end } of spans.sort((a, b) => a.begin - b.begin)) {
    const before = united.at(-1);
    if (before !== undefined && begin <= before.end) before.end = Math.max(before.end, end);
    else if (begin < end) united.push({ begin, end });
  }
  return united;
}

/** Returns a weekly span's single ones that touch a stretch of time, and some more. */
function spansNear({ days, from, to, zone }: WeeklySpan, begin: UnixMs, end: UnixMs): SingleSpan[] {
  const spans: SingleSpan[] = [];
  // A span lasts two days at most, and a wall clock is less than a day off.
  const lastDay = Math.floor(end / DAY) + 1;
  for (let day = Math.floor(begin / DAY) - 2; day <= lastDay; day++) {
    // The first day of 1970 was a Thursday.
    if (!days.includes((((day + 4) % 7) + 7) % 7)) continue;
    spans.push({
      begin: zone(day, from, 0),
      end: zone(day, to, -1),
    });
  }
  return spans;
}
