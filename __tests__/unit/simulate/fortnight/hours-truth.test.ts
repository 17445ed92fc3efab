import { HoursTruth } from '../../../../simulate/fortnight/judge/hours-truth.js';

const at = Date.parse;
const truth = new HoursTruth(at('2026-03-20T00:00:00Z'), at('2026-04-10T00:00:00Z'));
const edges = (text: string, time: string) => {
  const within = truth.at(text, at(time));
  const shown = (it: number | undefined) =>
    it === undefined ? undefined : new Date(it).toISOString().slice(0, 16);
  return within && [within.isIn, shown(within.last), shown(within.next)];
};

test.each<[string, string, unknown[]]>([
  [
    'Mon-Fri 07:30-18:00 Europe/Berlin',
    '2026-03-27T16:59:59Z',
    [true, '2026-03-27T06:30', '2026-03-27T17:00'],
  ],
  // Over the weekend, clocks are put forward.
  [
    'Mon-Fri 07:30-18:00 Europe/Berlin',
    '2026-03-27T17:00:00Z',
    [false, '2026-03-27T17:00', '2026-03-30T05:30'],
  ],
  [
    'Mon-Sun 22:00-06:00 Asia/Kolkata',
    '2026-03-27T20:00:00Z',
    [true, '2026-03-27T16:30', '2026-03-28T00:30'],
  ],
  // 02:30 is left out: the moment of the change stands for it.
  ['Sun 02:30-05:00 Europe/Berlin', '2026-03-29T01:00:00Z', [true, '2026-03-29T01:00', '2026-03-29T03:00']],
  ['Sun 00:00-02:30 Europe/Berlin', '2026-03-29T00:30:00Z', [true, '2026-03-28T23:00', '2026-03-29T01:00']],
  // 01:45 comes twice: a begin is the first, an end the last.
  [
    'Sun 01:45-03:00 Australia/Lord_Howe',
    '2026-04-04T15:00:00Z',
    [true, '2026-04-04T14:45', '2026-04-04T16:30'],
  ],
  [
    'Sun 00:00-01:45 Australia/Lord_Howe',
    '2026-04-04T15:00:00Z',
    [true, '2026-04-04T13:00', '2026-04-04T15:15'],
  ],
  [
    'Mon-Fri 08:00-12:00 Europe/Berlin,Mon-Fri 12:00-16:00 Europe/Berlin',
    '2026-03-25T11:00:00Z',
    [true, '2026-03-25T07:00', '2026-03-25T15:00'],
  ],
  [
    'Fri-Mon 10:00-24:00 Australia/Lord_Howe',
    '2026-03-30T14:00:00Z',
    [false, '2026-03-30T13:00', '2026-04-02T23:00'],
  ],
  [
    '2026-03-22T10:00:00Z/2026-03-22T12:00:00+01:00',
    '2026-03-23T00:00:00Z',
    [false, '2026-03-22T11:00', undefined],
  ],
  ['always', '2026-03-23T00:00:00Z', [true, undefined, undefined]],
])('%s at %s', (text, time, expected) => {
  expect(edges(text, time)).toEqual(expected);
});

test.each([
  'Mon-Fry 07:30-18:00 Europe/Berlin',
  'Mon-Fri 07:30-18:00',
  'Mon-Fri 07:30-18:00 Europe/Berln',
  'Mon-Fri 25:00-26:00 Europe/Berlin',
  'Mon-Fri 07:30-24:30 Europe/Berlin',
  'office hours',
])('nobody reads %s', (text) => {
  expect(truth.at(text, at('2026-03-23T00:00:00Z'))).toBeUndefined();
});
