import fc from 'fast-check';
import { compareNames } from '../../../../src/action/report/by-place.js';

const collator = new Intl.Collator('en', { numeric: true });

describe('when names are put in order', () => {
  const part = fc.constantFrom('a', 'b', 'z', '-', '0', '00', '1', '7', '9', '10', '099', '_', 'B', 'ä');
  const name = fc.oneof(
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.stringMatching(/^[a-z0-9-]{0,60}$/),
  );

  it('is the order of a collator that knows numbers', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(Math.sign(compareNames(a, b))).toBe(Math.sign(collator.compare(a, b)));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['worker-9', 'worker-10'],
    ['a', 'a-1'],
    ['a-b', 'a1'],
    ['a1', 'ab'],
    ['a', 'B'],
  ])('puts %s before %s', (a, b) => {
    expect(compareNames(a, b)).toBeLessThan(0);
    expect(compareNames(b, a)).toBeGreaterThan(0);
  });
});
