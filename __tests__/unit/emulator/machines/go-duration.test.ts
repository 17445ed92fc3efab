import { parseGoDuration, readDuration } from '../../../../emulator/machines/wire/go-duration.js';

describe('when a duration is read', () => {
  it.each([
    ['0', 0],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
    ['.5m', 30_000],
    ['250ms', 250],
    ['-1s', -1_000],
    ['30', undefined],
    ['', undefined],
    ['s', undefined],
    ['1 s', undefined],
    ['1d', undefined],
  ])('as Go does: "%s"', (text, ms) => {
    expect(parseGoDuration(text)).toBe(ms);
  });

  it.each([
    [10_000_000_000, 10_000],
    ['10s', 10_000],
    [null, undefined],
    [true, undefined],
  ])('from JSON, where a number is nanoseconds: %j', (value, ms) => {
    expect(readDuration(value)).toBe(ms);
  });
});
