import { isAll, mostDown } from '../../../../src/commands/rolling/max-unavailable.js';

describe('when so many machines may be down at once', () => {
  it.each([
    // A share is rounded down, but one is the least.
    [{ percent: 33 }, 1, 1],
    [{ percent: 33 }, 2, 1],
    [{ percent: 33 }, 3, 1],
    [{ percent: 33 }, 6, 1],
    [{ percent: 33 }, 7, 2],
    [{ percent: 33 }, 12, 3],
    [{ percent: 34 }, 12, 4],
    [{ percent: 1 }, 40, 1],
    [{ percent: 50 }, 4, 2],
    // Two or more keep one.
    [{ percent: 99 }, 2, 1],
    [{ percent: 99 }, 200, 198],
    [{ machines: 5 }, 5, 4],
    [{ machines: 5 }, 2, 1],
    [{ machines: 5 }, 1, 1],
    [{ machines: 5 }, 0, 1],
    [{ machines: 2 }, 40, 2],
    [{ machines: 100_000 }, 40, 39],
  ])('%j of %i are %i', (most, up, down) => {
    expect(isAll(most)).toBe(false);
    expect(mostDown(most, up)).toBe(down);
  });

  it('knows that all may', () => {
    expect(isAll({ percent: 100 })).toBe(true);
    expect(isAll({ machines: 100 })).toBe(false);
  });
});
