import { parseDuration } from '../../src/duration.js';

describe('when a length of time is given as text', () => {
  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1h30m10s', 5_410_000],
    ['1.5h', 5_400_000],
    ['500ms', 500],
    ['2us', 0.002],
    ['2µs', 0.002],
    ['90', 90_000],
    ['0.5', 500],
    ['0', 0],
    ['0s', 0],
    // Not a separator of thousands, whatever the country.
    ['1.000s', 1_000],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each([
    '',
    ' ',
    's',
    '-5s',
    '1 h',
    '5 minutes',
    '1d',
    '1e3',
    '1e3s',
    '1,000s',
    '1_000s',
    '1h-30m',
    '1h30',
    '.5s',
    '٣s',
    'Infinity',
    'auto',
    '5s\n',
  ])('refuses %j', (text) => expect(parseDuration(text)).toBeUndefined());

  it('refuses a long text quickly, and gives an endless time for endless digits', () => {
    expect(parseDuration(`${'1h'.repeat(50_000)}x`)).toBeUndefined();
    expect(parseDuration('9'.repeat(400))).toBe(Number.POSITIVE_INFINITY);
  });
});
