import { percentilesOf } from '../../../../src/commands/warm-up/words.js';

describe('when times are summed up', () => {
  it('says nothing of none', () => expect(percentilesOf([])).toBe(''));

  it('takes percentiles from among the times, whatever order they came in', () => {
    const times = Array.from({ length: 11 }, (_, index) => ({
      started: ((index * 7) % 11) * 1000,
      ready: 30_000,
    }));
    expect(percentilesOf(times)).toBe(
      'to started p50 5 s, p90 9 s, max 10 s; to ready p50 30 s, p90 30 s, max 30 s',
    );
  });

  it.each([
    [1, 'to started max 40 ms; to ready max 1.2 s'],
    [7, 'to started max 40 ms; to ready max 1.2 s'],
    [8, 'to started p50 40 ms, p90 40 ms, max 40 ms; to ready p50 1.2 s, p90 1.2 s, max 1.2 s'],
  ])('has percentiles from eight on only: %i', (number, line) => {
    const times = Array.from({ length: number }, () => ({ started: 40, ready: 1_200 }));
    expect(percentilesOf(times)).toBe(line);
  });
});
