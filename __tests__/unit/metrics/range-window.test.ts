import { rangeWindow } from '../../../src/metrics/range-window.js';

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
