import * as fc from 'fast-check';
import { hoursAt } from '../../../src/hours/edges.js';
import { parseHours } from '../../../src/hours/parse-hours.js';

const whyNot = (text: string) => {
  const hours = parseHours(text);
  return 'why' in hours ? hours.why : undefined;
};

/** Returns all edges of the week from Sunday, 4 January 2026, as hours since its begin. */
function edgesOf(text: string): number[] {
  const hours = parseHours(text);
  if ('why' in hours) throw new Error(hours.why);
  const start = Date.UTC(2026, 0, 4);
  const end = start + 168 * 3_600_000;
  const edges: number[] = [];
  // More than any text here has, so that it comes to an end whatever it is told.
  for (let now = start - 1; now < end && edges.length < 20; ) {
    now = hoursAt(hours, now).next ?? end;
    if (now < end) edges.push((now - start) / 3_600_000);
  }
  return edges;
}

describe('when hours are written by the grammar', () => {
  it.each([
    ['Mon 07:30-18:00 UTC', [31.5, 42]],
    ['Mon-Tue 07:30-18:00 UTC', [31.5, 42, 55.5, 66]],
    ['Sat-Sun 07:30-18:00 UTC', [7.5, 18, 151.5, 162]],
    ['Fri-Fri 1:00-2:00 UTC', [121, 122]],
    ['MON-tue 01:00-02:00 utc', [25, 26, 49, 50]],
    ['Monday-thurs 01:00-02:00 UTC', [25, 26, 49, 50, 73, 74, 97, 98]],
    ['  Mon  -  Tue  01:00 - 02:00\n UTC ', [25, 26, 49, 50]],
    ['Mon 20:00-24:00 UTC', [44, 48]],
    ['Mon 22:00-06:00 UTC', [46, 54]],
    ['Mon 08:00-08:00 UTC', [32, 56]],
    ['Mon 00:00-00:00 UTC', [24, 48]],
    ['Mon 01:00-02:00 Europe/Berlin', [24, 25]],
    ['Mon 01:00-02:00 EUROPE/berlin', [24, 25]],
    ['Mon 01:00-02:00 Asia/Calcutta', [19.5, 20.5]],
    ['Mon 01:00-02:00 Etc/GMT+5', [30, 31]],
    ['Mon 01:00-02:00 UTC,Mon 03:00-04:00 UTC , Mon 02:30-03:00 UTC', [25, 26, 26.5, 28]],
    ['2026-01-04T01:00:00Z/2026-01-04T03:30:00+01:00', [1, 2.5]],
    ['2026-01-04t01:00:00.000z / 2026-01-04 03:30:00+01:00', [1, 2.5]],
    ['2026-01-04T01:00:00Z/2026-01-05T01:00:00Z, Mon 01:00-02:00 UTC', [1, 26]],
    ['always', []],
    ['Mon 01:00-02:00 UTC, ALWAYS', []],
  ])('reads %j', (text, edges) => expect(edgesOf(text)).toEqual(edges));

  it('takes fifty spans', () => {
    expect(edgesOf(Array<string>(50).fill('Mon 01:00-02:00 UTC').join())).toEqual([25, 26]);
  });
});

const EMPTY = 'a span is empty; write one such as `Mon-Fri 07:30-18:00 Europe/Berlin`, or `always`';
const TIMES = 'Those are 00:00 to 23:59, and 24:00 as an end.';
const DAYS = 'Those are Sun, Mon, Tue, Wed, Thu, Fri, Sat, and `Mon-Sun` for all.';
const ZONES = 'Some are `Europe/Berlin`, `America/New_York` and `UTC`.';
const SPAN = 'Write one such as `Mon-Fri 07:30-18:00 Europe/Berlin`.';
const MOMENT = 'One is `2026-12-24T18:00:00+01:00`.';

describe('when hours can’t be read', () => {
  it.each([
    ['', EMPTY],
    [' \n', EMPTY],
    ['always,', EMPTY],
    ['Mon', `\`Mon\` is no span of time. ${SPAN}`],
    ['alway', '`alway` is no span of time. Did you mean `always`?'],
    ['Mon,Wed 07:00-08:00 UTC', `\`Mon\` is no span of time. ${SPAN}`],
    ['Mon-Fry 07:00-08:00 UTC', '`Fry` is no day of the week. Did you mean `Fri`?'],
    ['Mo-Fri 07:00-08:00 UTC', '`Mo` is no day of the week. Did you mean `Mon`?'],
    ['daily 07:00-08:00 UTC', `\`daily\` is no day of the week. ${DAYS}`],
    ['07:00-08:00 UTC', `\`07:00\` is no day of the week. ${DAYS}`],
    ['Mon- 07:00-08:00 UTC', `\`Mon-07:00-08:00\` is no range of days. One is \`Mon-Fri\`.`],
    ['Mon-Wed-Fri 07:00-08:00 UTC', '`Mon-Wed-Fri` is no range of days. One is `Mon-Fri`.'],
    ['Mon 25:00-26:00 UTC', `\`25:00\` is no time of day. ${TIMES}`],
    ['Mon 07:60-08:00 UTC', `\`07:60\` is no time of day. ${TIMES}`],
    ['Mon 07:00-24:01 UTC', `\`24:01\` is no time of day. ${TIMES}`],
    ['Mon 7-18 UTC', `\`7\` is no time of day. ${TIMES}`],
    ['Mon 07:00- UTC', `\`UTC\` is no time of day. ${TIMES}`],
    ['Mon 07:00 UTC', '`07:00` is no begin and end of a span. Write them as `07:30-18:00`.'],
    [
      'Mon 07:00-08:00-09:00 UTC',
      '`07:00-08:00-09:00` is no begin and end of a span. Write them as `07:30-18:00`.',
    ],
    ['Mon 24:00-06:00 UTC', '`24:00-06:00` is no begin and end of a span. Begin at 00:00 of the next day.'],
    [
      'Mon-Fri 07:00-08:00',
      '`Mon-Fri 07:00-08:00` names no time zone; add one such as `Europe/Berlin`, or `UTC`',
    ],
    ['Mon 07:00-08:00 Europe/Berln', '`Europe/Berln` is no IANA time zone. Did you mean `Europe/Berlin`?'],
    ['Mon 07:00-08:00 new york', '`new_york` is no IANA time zone. Did you mean `America/New_York`?'],
    ['Mon 07:00-08:00 +02:00', `\`+02:00\` is no IANA time zone. ${ZONES}`],
    ['Mon 07:00-08:00 Mars/Olympus', `\`Mars/Olympus\` is no IANA time zone. ${ZONES}`],
    [
      '2026-01-01',
      '`2026-01-01` is no span between two times. Write its begin and its end with one `/` between them.',
    ],
    ['2026-01-01/2026-01-02', `\`2026-01-01\` is no time in RFC 3339. ${MOMENT}`],
    [
      '2026-01-01T00:00:00Z/2026-02-30T00:00:00Z',
      `\`2026-02-30T00:00:00Z\` is no time in RFC 3339. ${MOMENT}`,
    ],
    ['2026-01-01T00:00:00Z/2026-01-02T00:00:00', `\`2026-01-02T00:00:00\` is no time in RFC 3339. ${MOMENT}`],
    [
      '2026-01-02T00:00:00Z/2026-01-01T00:00:00Z',
      '`2026-01-02T00:00:00Z/2026-01-01T00:00:00Z` ends before it has begun',
    ],
    [
      '2026-01-01T01:00:00+01:00/2026-01-01T00:00:00Z',
      '`2026-01-01T01:00:00+01:00/2026-01-01T00:00:00Z` ends before it has begun',
    ],
    ['always,'.repeat(50), 'they have more than 50 spans'],
    ['x'.repeat(2001), 'they are longer than 2000 characters'],
  ])('says why not %j', (text, why) => expect(whyNot(text)).toBe(why));

  it('shows no token that was put there by mistake', () => {
    const token = `fm2_${'aB3+'.repeat(30)}`;
    expect(whyNot(`Mon 07:00-08:00 ${token}`)).toBe(`\`[…]\` is no IANA time zone. ${ZONES}`);
  });
});

describe('when hours are hostile', () => {
  const piece = fc.constantFrom(
    ...'-,/: 0123456789MonTZ+',
    'always',
    'Mon-Fri',
    ' 07:30-18:00 ',
    'UTC',
    '2026-01-01T00:00:00Z',
    '\u212a',
    '\0',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 60 }).map((it) => it.join('')),
  );

  it('gives hours or a sentence, whatever the text', () => {
    fc.assert(
      fc.property(text, (it) => {
        expect(whyNot(it)).not.toBe('');
      }),
    );
  });

  it.each([...'- ,/:0a+', ' -', '- ', ' ,', '0:', '1/', 'Mon-', '2026-'])(
    'comes to an end with thousands of %j',
    (it) => {
      expect(whyNot(it.repeat(2000 / it.length))).toBeDefined();
      expect(whyNot(`Mon${it.repeat(900)}x 07:00-08:00 UTC`)).toBeDefined();
      expect(whyNot(`2026-01-01T00:00:00Z/${it.repeat(900)}`)).toBeDefined();
    },
  );
});
