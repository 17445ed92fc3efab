import * as fc from 'fast-check';
import { hoursAt } from '../../../src/hours/edges.js';
import type { Hours } from '../../../src/hours/hours.js';
import { parseHours } from '../../../src/hours/parse-hours.js';
import { walkedEdges } from '../../support/wall-clock-walk.js';

function hoursOf(text: string): Hours {
  const hours = parseHours(text);
  if ('why' in hours) throw new Error(hours.why);
  return hours;
}

const at = (text: string, now: number) => hoursAt(hoursOf(text), now);

const time = (text: string) => Date.parse(text);
const shown = (it: number | undefined) => it && new Date(it).toISOString().replace(/:00\.000Z$/, 'Z');
const around = (text: string, now: string) => {
  const { isIn, last, next } = at(text, time(now));
  return [isIn ? 'in' : 'out', shown(last), shown(next)];
};

describe('when a moment lies between edges', () => {
  it.each([
    [
      'Mon-Fri 07:30-18:00 Europe/Berlin',
      '2026-11-30T12:00Z',
      'in',
      '2026-11-30T06:30Z',
      '2026-11-30T17:00Z',
    ],
    [
      'Mon-Fri 07:30-18:00 Europe/Berlin',
      '2026-11-28T12:00Z',
      'out',
      '2026-11-27T17:00Z',
      '2026-11-30T06:30Z',
    ],
    // At an edge the new side holds.
    [
      'Mon-Fri 07:30-18:00 Europe/Berlin',
      '2026-11-30T06:30Z',
      'in',
      '2026-11-30T06:30Z',
      '2026-11-30T17:00Z',
    ],
    [
      'Mon-Fri 07:30-18:00 Europe/Berlin',
      '2026-11-30T17:00Z',
      'out',
      '2026-11-30T17:00Z',
      '2026-12-01T06:30Z',
    ],
    // What touches or overlaps makes no edge.
    ['Mon-Fri 00:00-24:00 UTC', '2026-11-30T12:00Z', 'in', '2026-11-30T00:00Z', '2026-12-05T00:00Z'],
    ['Mon-Sun 00:00-24:00 Europe/Berlin', '2026-10-25T12:00Z', 'in', undefined, undefined],
    ['Mon-Sun 22:00-13:00 UTC, Mon-Sun 12:00-22:00 UTC', '2026-11-30T12:00Z', 'in', undefined, undefined],
    ['always', '2026-11-30T12:00Z', 'in', undefined, undefined],
    ['2026-01-01T00:00:00Z/2026-02-01T00:00:00Z', '2026-11-30T12:00Z', 'out', '2026-02-01T00:00Z', undefined],
    ['2027-01-01T00:00:00Z/2027-02-01T00:00:00Z', '2026-11-30T12:00Z', 'out', undefined, '2027-01-01T00:00Z'],
    // A span of years hides the edges within it, and what it ends in may go on.
    [
      '2020-01-01T00:00:00Z/2040-01-01T12:00:00Z, Sun-Sun 09:00-17:00 UTC',
      '2026-11-30T12:00Z',
      'in',
      '2020-01-01T00:00Z',
      '2040-01-01T17:00Z',
    ],
    [
      'Mon-Sun 00:00-24:00 UTC, 2030-01-01T00:00:00Z/2031-01-01T00:00:00Z',
      '2026-11-30T12:00Z',
      'in',
      undefined,
      undefined,
    ],
    // Sunday's hole falls into the change of clocks of 29 March 2026.
    [
      'Mon-Sun 03:00-02:00 Europe/Berlin, Mon-Sat 02:00-03:00 Europe/Berlin',
      '2026-03-29T12:00Z',
      'in',
      '2026-03-22T02:00Z',
      '2026-04-05T00:00Z',
    ],
    // Apart only in the weeks between the changes of clocks of both.
    [
      'Mon-Sun 00:00-19:00 Europe/Berlin, Mon-Sun 13:00-18:00 America/New_York',
      '2026-03-20T12:00Z',
      'in',
      '2026-03-19T23:00Z',
      '2026-03-20T22:00Z',
    ],
    [
      'Mon-Sun 00:00-18:00 Europe/Berlin, Mon-Sun 12:00-18:00 America/New_York',
      '2026-06-01T12:00Z',
      'in',
      '2026-03-28T23:00Z',
      '2026-10-25T22:00Z',
    ],
  ])('of %s at %s, is %s, from %s to %s', (text, now, isIn, last, next) => {
    expect(around(text, now)).toEqual([isIn, last, next]);
  });
});

describe('when clocks change', () => {
  it.each([
    // Berlin leaves out 02:00 to 03:00 on 29 March 2026, at 01:00 UTC, and has them twice on 25 October.
    [
      'Sun-Sun 02:30-04:00 Europe/Berlin',
      '2026-03-29T01:30Z',
      'in',
      '2026-03-29T01:00Z',
      '2026-03-29T02:00Z',
    ],
    [
      'Sun-Sun 01:00-02:30 Europe/Berlin',
      '2026-03-29T00:30Z',
      'in',
      '2026-03-29T00:00Z',
      '2026-03-29T01:00Z',
    ],
    [
      'Sun-Sun 02:10-02:40 Europe/Berlin',
      '2026-03-29T01:00Z',
      'out',
      '2026-03-22T01:40Z',
      '2026-04-05T00:10Z',
    ],
    [
      'Sun-Sun 02:30-04:00 Europe/Berlin',
      '2026-10-25T01:00Z',
      'in',
      '2026-10-25T00:30Z',
      '2026-10-25T03:00Z',
    ],
    [
      'Sun-Sun 01:00-02:30 Europe/Berlin',
      '2026-10-25T01:00Z',
      'in',
      '2026-10-24T23:00Z',
      '2026-10-25T01:30Z',
    ],
    [
      'Sun-Sun 01:00-02:00 Europe/Berlin',
      '2026-10-25T00:30Z',
      'in',
      '2026-10-24T23:00Z',
      '2026-10-25T01:00Z',
    ],
    [
      'Sun-Sun 03:00-04:00 Europe/Berlin',
      '2026-10-25T02:30Z',
      'in',
      '2026-10-25T02:00Z',
      '2026-10-25T03:00Z',
    ],
    // Lord Howe goes back half an hour, from 02:00 to 01:30 on 5 April 2026, at 15:00 UTC the day before.
    [
      'Sun-Sun 01:45-01:50 Australia/Lord_Howe',
      '2026-04-04T15:00Z',
      'in',
      '2026-04-04T14:45Z',
      '2026-04-04T15:20Z',
    ],
    // São Paulo left out midnight on 4 November 2018, at 03:00 UTC.
    [
      'Sun-Sun 00:00-06:00 America/Sao_Paulo',
      '2018-11-04T05:00Z',
      'in',
      '2018-11-04T03:00Z',
      '2018-11-04T08:00Z',
    ],
    // Apia had no Friday, 30 December 2011: after Thursday came Saturday, at 10:00 UTC.
    [
      'Fri-Fri 08:00-17:00 Pacific/Apia',
      '2011-12-30T10:00Z',
      'out',
      '2011-12-24T03:00Z',
      '2012-01-05T18:00Z',
    ],
    ['Thu-Thu 22:00-06:00 Pacific/Apia', '2011-12-30T09:00Z', 'in', '2011-12-30T08:00Z', '2011-12-30T10:00Z'],
    [
      'Thu-Sat 09:00-17:00 Pacific/Apia',
      '2011-12-30T10:00Z',
      'out',
      '2011-12-30T03:00Z',
      '2011-12-30T19:00Z',
    ],
  ])('of %s at %s, is %s, from %s to %s', (text, now, isIn, last, next) => {
    expect(around(text, now)).toEqual([isIn, last, next]);
  });
});

const YEARS: Readonly<Record<string, number>> = {
  'Europe/Berlin': 2026,
  'America/New_York': 2026,
  'Asia/Kolkata': 2026,
  'Australia/Lord_Howe': 2026,
  'America/Sao_Paulo': 2018,
  'Pacific/Apia': 2011,
};
const SCHEDULES = [
  'Mon-Fri 07:30-18:00 Z',
  'Sat-Tue 22:00-06:00 Z',
  'Mon-Sun 01:40-02:20 Z',
  'Mon-Sun 02:10-02:40 Z, Sun-Sat 00:15-00:45 Z',
  'Mon-Sun 03:00-02:00 Z',
  'Mon-Sun 00:30-00:30 Z',
  'Mon-Sun 23:45-23:30 Z',
  'Fri-Fri 00:00-24:00 Z, Sun-Sun 02:00-02:00 Z',
  'Mon-Fri 08:00-12:00 Z, Wed-Thu 11:00-24:00 Z, Fri-Fri 00:00-03:00 Z',
  'Mon-Fri 08:00-16:00 Z, Mon-Sun 12:00-23:00 America/New_York',
];
const DAY = 86_400_000;

describe.each(Object.entries(YEARS))('when a year is walked through in %s (%d)', (zone, year) => {
  const [from, to] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 14)];

  it.each(SCHEDULES)('finds the same edges of %s', (schedule) => {
    const text = schedule.replaceAll('Z', zone);
    const hours = hoursOf(text);
    const [start, ...walked] = walkedEdges(text, from - 30 * DAY, to + 30 * DAY);
    const sides = [{ at: undefined, isIn: start?.isIn ?? false }, ...walked];
    const wrong = sides.flatMap(({ at: last, isIn }, index) => {
      const next = walked[index]?.at;
      const [begin, end] = [last ?? from, (next ?? to) - 1];
      if (end < from || begin >= to) return [];
      // After the edge, and once more before the next; where sides are long, in between as well.
      const moments = [begin, end, ...(index % 20 === 0 ? [begin + 1, Math.floor((begin + end) / 2)] : [])];
      return moments
        .map((now) => ({ now: shown(now), given: hoursAt(hours, now), expected: { isIn, last, next } }))
        .filter(({ given, expected }) => JSON.stringify(given) !== JSON.stringify(expected));
    });
    expect(wrong).toEqual([]);
  });
});

/** Time for which hours that come back each week are looked for an edge at least: it is nearer in all but a few. */
const LOOKED_FOR = 500 * DAY;
/** Hours with edges only where one of their clocks changes, and Apia's did so for the first time in September 2010. */
const ALMOST_ALWAYS =
  'Thu-Wed 2:15-0:00 Pacific/Apia,Fri-Thu 0:15-0:00 Australia/Lord_Howe,Sun-Sun 0:00-0:00 Europe/Berlin';

describe('when hours and a moment are drawn', () => {
  const zone = fc.constantFrom(...Object.keys(YEARS), 'UTC', 'Africa/Casablanca', 'Asia/Kathmandu');
  const day = fc.constantFrom('Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat');
  const clock = fc
    .integer({ min: 0, max: 95 })
    .map((it) => `${Math.floor(it / 4)}:${String((it % 4) * 15).padStart(2, '0')}`);
  const weekly = fc
    .tuple(day, day, clock, clock, zone)
    .map(([first, last, begin, end, where]) => `${first}-${last} ${begin}-${end} ${where}`);
  const moment = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2036, 0) });
  const single = fc
    .tuple(moment, fc.integer({ min: 1, max: 400 * DAY }))
    .map(([begin, length]) => `${new Date(begin).toISOString()}/${new Date(begin + length).toISOString()}`);
  const some = fc
    .array(fc.oneof(weekly, weekly, single), { minLength: 1, maxLength: 4 })
    .map((it) => it.join());

  it('is within a union where it is within a part', () => {
    fc.assert(
      fc.property(some, some, moment, (one, other, now) => {
        const isInEither = at(one, now).isIn || at(other, now).isIn;
        expect(at(`${one},${other}`, now).isIn).toBe(isInEither);
      }),
    );
  });

  it('lies after the last edge or on it, before the next, and has all that lies between on its side', () => {
    fc.assert(
      fc.property(some, moment, fc.double({ min: 0, max: 1, noNaN: true }), (text, now, share) => {
        const answer = at(text, now);
        const [begin, end] = [answer.last ?? now - 400 * DAY, answer.next ?? now + 400 * DAY];
        expect(begin).toBeLessThanOrEqual(now);
        expect(end).toBeGreaterThan(now);
        for (const between of [begin, Math.floor(begin + share * (end - 1 - begin)), end - 1]) {
          const there = at(text, between);
          expect(there.isIn).toBe(answer.isIn);
          for (const edge of ['last', 'next'] as const) {
            const [near, far] = [answer[edge] ?? there[edge], there[edge] ?? answer[edge]];
            expect(far).toBe(near);
            // From one of the moments an edge may be too far away to be looked for.
            if (answer[edge] === undefined && near !== undefined)
              expect(Math.abs(near - now)).toBeGreaterThan(LOOKED_FOR);
            if (there[edge] === undefined && far !== undefined)
              expect(Math.abs(far - between)).toBeGreaterThan(LOOKED_FOR);
          }
        }
      }),
      { examples: [[ALMOST_ALWAYS, Date.UTC(2010, 6, 23, 13, 15), 0]] },
    );
  });

  it('finds the other side beyond each edge', () => {
    fc.assert(
      fc.property(some, moment, (text, now) => {
        const { isIn, last, next } = at(text, now);
        if (last !== undefined) expect(at(text, last - 1)).toMatchObject({ isIn: !isIn, next: last });
        if (next !== undefined) expect(at(text, next)).toMatchObject({ isIn: !isIn, last: next });
      }),
    );
  });
});
