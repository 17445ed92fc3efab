import { lookBack, rangeWindow, windowSince } from '../../../src/metrics/range-window.js';

const MIN = 60_000;
const HOUR = 60 * MIN;

describe('when a window is laid', () => {
  it.each([
    [30 * MIN, MIN, 30 * MIN],
    [90_000, MIN, 2 * MIN],
    [4 * HOUR, MIN, 4 * HOUR],
    [4 * HOUR + 1, 2 * MIN, 4 * HOUR + 2 * MIN],
    [24 * HOUR, 2 * MIN, 24 * HOUR],
    [168 * HOUR, 2 * MIN, 168 * HOUR],
  ])('covers %d ms in steps of %d ms', (windowMs, stepMs, covered) => {
    const { start, end, stepMs: step } = rangeWindow(1_736_942_400_999, windowMs);
    expect({ end, step, covered: end - start }).toEqual({ end: 1_736_942_400_000, step: stepMs, covered });
  });
});

describe('when a window begins in the past', () => {
  it.each([
    [90_000, MIN, 2 * MIN],
    [24 * HOUR, 2 * MIN, 24 * HOUR],
    [24 * HOUR + 1, 3 * MIN, 24 * HOUR + 3 * MIN],
    [72 * HOUR, 6 * MIN, 72 * HOUR],
    [720 * HOUR, HOUR, 720 * HOUR],
    [0, MIN, 0],
  ])('covers %d ms in steps of %d ms', (ago, stepMs, covered) => {
    const now = 1_736_942_400_000;
    const { start, end, stepMs: step } = windowSince(now, now - ago);
    expect({ end, step, covered: end - start }).toEqual({ end: now, step: stepMs, covered });
  });
});

describe('when it is to be seen since when machines have been quiet', () => {
  const now = 1_736_942_400_000;

  it.each([
    ['four hours', 30 * MIN, 1, 4 * HOUR],
    ['four hours', 30 * MIN, 83, 4 * HOUR],
    ['less for many machines', 30 * MIN, 200, 100 * MIN],
    ['no further for very many', 30 * MIN, 1_000, 30 * MIN],
    ['eight hours in longer steps', 6 * HOUR, 1, 8 * HOUR],
    ['no further than a long window', 24 * HOUR, 1, 24 * HOUR],
  ])('looks back %s: %d ms of %d machines', (_, windowMs, machines, covered) => {
    const window = rangeWindow(now, windowMs);
    const { start, ...rest } = lookBack(window, machines);
    expect({ ...rest, covered: rest.end - start }).toEqual({ end: now, stepMs: window.stepMs, covered });
  });
});
