import { longestPart } from '../../../gallery/rules/text-width.js';

const PLAIN = { code: false, bold: false, small: false };

describe('when a text is to be narrow', () => {
  it.each([
    ['a space', 'worker seven', 'worker'],
    ['a hyphen', 'worker-7', 'worker-'],
    ['squares', '🟥🟥🟥🟥', '🟥'],
    ['a bracket in JSON', '"apps":{"a"', '"apps":'],
  ])('breaks its line at %s', (_, text, part) => {
    expect(longestPart(text, PLAIN)).toBeCloseTo(longestPart(part, PLAIN));
  });

  it.each([
    ['an id', '2547d8df203f88', 116],
    ['a word of letters', 'machines', 60],
    ['a space that keeps words together', '9.6\u00A0s', 36],
    ['a sign with its variant', '⏭️', 19],
  ])('keeps %s in one piece, no narrower than a browser shows it', (_, text, pixels) => {
    expect(longestPart(text, PLAIN)).toBeGreaterThanOrEqual(pixels);
    expect(longestPart(text, PLAIN)).toBeLessThan(1.25 * pixels);
  });

  it('is wider in bold, and narrower as a subscript', () => {
    const plain = longestPart('machine', PLAIN);
    expect(longestPart('machine', { ...PLAIN, bold: true })).toBeGreaterThan(plain);
    expect(longestPart('machine', { ...PLAIN, small: true })).toBeLessThan(plain);
  });

  it('has a box around it as code', () => {
    expect(longestPart('i', { ...PLAIN, code: true })).toBeGreaterThan(8 + 10);
    expect(longestPart('', { ...PLAIN, code: true })).toBe(0);
  });
});
