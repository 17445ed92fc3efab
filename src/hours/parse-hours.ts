import { nearMiss } from '../near-miss.js';
import { excerpt, timeIn } from '../text.js';
import type { Hours, SingleSpan, Unreadable, WeeklySpan } from './hours.js';
import { zoneNamed } from './zone.js';

const LONGEST = 2000;
const MOST_SPANS = 50;
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const SHORT_DAYS = DAYS.map((day) => day.slice(0, 3));
const ALWAYS: SingleSpan = { begin: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const EXAMPLE = '`Mon-Fri 07:30-18:00 Europe/Berlin`';

/** Reads hours: spans between commas, weekly ones such as `Mon-Fri 07:30-18:00 Europe/Berlin`, `<RFC 3339>/<RFC 3339>`, or `always`. */
export function parseHours(text: string): Hours | Unreadable {
  if (text.length > LONGEST) return { why: `they are longer than ${LONGEST} characters` };
  const texts = text.replace(/\s+/g, ' ').split(',');
  if (texts.length > MOST_SPANS) return { why: `they have more than ${MOST_SPANS} spans` };
  const weekly: WeeklySpan[] = [];
  const single: SingleSpan[] = [];
  for (const each of texts) {
    const span = parseSpan(each.trim());
    if ('why' in span) return span;
    if ('days' in span) weekly.push(span);
    else single.push(span);
  }
  return { weekly, single };
}

function parseSpan(text: string): SingleSpan | WeeklySpan | Unreadable {
  if (text === '') return { why: `a span is empty; write one such as ${EXAMPLE}, or \`always\`` };
  if (text.toLowerCase() === 'always') return ALWAYS;
  if (/^\d{4}-/.test(text)) return parseSingle(text);
  const [dayText = '', timeText, ...zoneTexts] = text.replace(/ ?- ?/g, '-').split(' ');
  if (timeText === undefined)
    return refuse(text, 'no span of time', nearMiss(text, ['always']) ?? `Write one such as ${EXAMPLE}.`);
  const days = parseDays(dayText);
  if ('why' in days) return days;
  const times = parseTimes(timeText);
  if ('why' in times) return times;
  if (zoneTexts.length === 0)
    return { why: `${quoted(text)} names no time zone; add one such as \`Europe/Berlin\`, or \`UTC\`` };
  const name = zoneTexts.join('_');
  const zone = zoneNamed(name);
  if (zone === undefined) return refuse(name, 'no IANA time zone', zoneLike(name));
  return { days, zone, from: times[0], to: times[1] };
}

function parseSingle(text: string): SingleSpan | Unreadable {
  const ends = text.split('/').map((each) => each.trim());
  if (ends.length !== 2)
    return refuse(
      text,
      'no span between two times',
      'Write its begin and its end with one `/` between them.',
    );
  const [begin = Number.NaN, end = Number.NaN] = ends.map(timeIn);
  const bad = ends.find((it) => Number.isNaN(timeIn(it)));
  if (bad !== undefined) return refuse(bad, 'no time in RFC 3339', 'One is `2026-12-24T18:00:00+01:00`.');
  return begin < end ? { begin, end } : { why: `${quoted(text)} ends before it has begun` };
}

/** Reads a day or a range of days, which may go over a Saturday; in full, or at least three letters of each. */
function parseDays(text: string): number[] | Unreadable {
  const words = text.toLowerCase().split('-');
  const [first = -1, last = first] = words.map((word) =>
    word.length < 3 ? -1 : DAYS.findIndex((day) => day.toLowerCase().startsWith(word)),
  );
  if (words.length > 2) return refuse(text, 'no range of days', 'One is `Mon-Fri`.');
  if (first < 0 || last < 0) {
    const bad = text.split('-')[first < 0 ? 0 : 1] ?? '';
    return refuse(
      bad,
      'no day of the week',
      nearMiss(bad, SHORT_DAYS) ?? `Those are ${SHORT_DAYS.join(', ')}, and \`Mon-Sun\` for all.`,
    );
  }
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7);
}

/** Reads the begin and the end in minutes from the midnight before the begin. */
function parseTimes(text: string): readonly [number, number] | Unreadable {
  const ends = text.split('-');
  if (ends.length !== 2) return refuse(text, 'no begin and end of a span', 'Write them as `07:30-18:00`.');
  const times = ends.map(minutesOf);
  const [from, to] = times;
  if (from === undefined || to === undefined) {
    const bad = ends[times.indexOf(undefined)] ?? '';
    return refuse(bad, 'no time of day', 'Those are 00:00 to 23:59, and 24:00 as an end.');
  }
  if (from === 1440) return refuse(text, 'no begin and end of a span', 'Begin at 00:00 of the next day.');
  return [from, to > from ? to : to + 1440];
}

function minutesOf(text: string): number | undefined {
  const [, hours, minutes] = /^(\d\d?):([0-5]\d)$/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  return total <= 1440 ? total : undefined;
}

/** Names the zone that was probably meant: one spelt nearly so, or one whose city it is. */
function zoneLike(name: string): string {
  const names = Intl.supportedValuesOf('timeZone');
  const city = names.find((it) => it.toLowerCase().endsWith(`/${name.toLowerCase()}`));
  return nearMiss(city ?? name, names) ?? 'Some are `Europe/Berlin`, `America/New_York` and `UTC`.';
}

const quoted = (text: string) => `\`${excerpt(text)}\``;

function refuse(text: string, what: string, instead: string): Unreadable {
  return { why: `${quoted(text)} is ${what}. ${instead}` };
}
