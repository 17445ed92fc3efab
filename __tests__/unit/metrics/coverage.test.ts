import { gapIn } from '../../../src/metrics/coverage.js';
import { rangeWindow } from '../../../src/metrics/range-window.js';

const MIN = 60_000;
const NOW = 1_736_942_400_000;

/** Judges a window with all its samples but those of the steps named, counted from its end. */
function gap(windowMs: number, ...lost: readonly number[]): string | undefined {
  const window = rangeWindow(NOW, windowMs);
  const steps = (window.end - window.start) / window.stepMs;
  const all = Array.from({ length: steps + 1 }, (_, step) => ({
    at: window.start + step * window.stepMs,
    value: 0,
  }));
  return gapIn(
    all.filter((_, step) => !lost.includes(steps - step)),
    window,
  );
}

describe('when a window is long', () => {
  const DAY = 24 * 60 * MIN;

  it.each<[string, readonly number[], string | undefined]>([
    ['nothing', [], undefined],
    ['the last step', [0], undefined],
    ['the last two', [0, 1], undefined],
    ['the last three', [0, 1, 2], 'metrics end 6 min ago'],
    ['two in between', [100, 101], undefined],
    ['two here, two there', [100, 101, 300, 301], undefined],
    ['three in between', [100, 101, 102], 'no metrics for 8 min in between'],
    ['the first two', [720, 719], undefined],
    ['the first four', [720, 719, 718, 717], 'metrics begin 23 h 52 min ago'],
  ])('as many steps may be lost at once as of a short one: %s', (_, lost, why) =>
    expect(gap(DAY, ...lost)).toBe(why),
  );

  it.each([4, 4.1, 24, 168])('single samples that are dropped keep nothing up: %d hours', (hours) => {
    expect(gap(hours * 60 * MIN, ...Array.from({ length: 40 }, (_, index) => 3 * index + 1))).toBeUndefined();
  });

  it('two steps may be lost where three minutes are more', () => {
    expect(gap(30 * MIN, 0, 1, 2)).toBeUndefined();
    expect(gap(30 * MIN, 0, 1, 2, 3)).toBe('metrics end 4 min ago');
  });
});

describe('when a window is short', () => {
  it.each<[number, readonly number[], string | undefined]>([
    [5, [], undefined],
    [5, [0], undefined],
    [5, [0, 1], 'metrics end 2 min ago'],
    [5, [0, 1, 2], 'metrics end 3 min ago'],
    [5, [2], 'no metrics for 2 min in between'],
    [5, [5, 4], 'metrics begin 3 min ago'],
    [2, [], undefined],
    [2, [0], 'metrics end 1 min ago'],
    [2, [2], 'metrics begin 1 min ago'],
    [1, [], undefined],
    [1, [1], 'too few metrics'],
    [1, [0], 'too few metrics'],
    [1, [0, 1], 'no metrics'],
  ])('no more than a quarter of it may be lost: %d min, without %j', (minutes, lost, why) =>
    expect(gap(minutes * MIN, ...lost)).toBe(why),
  );
});
