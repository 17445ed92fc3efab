import { leastWidth } from '../../../gallery/rules/least-width.js';
import { longestRun, partsOf, type TextStyle } from '../../../gallery/rules/text-width.js';
import { element } from '../../support/page-nodes.js';

const PLAIN = { code: false, bold: false, small: false };
const longestPart = (text: string, style: TextStyle) => longestRun(partsOf(text, style));

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
    ['white squares', '⬜⬜⬜⬜', 80],
  ])('keeps %s in one piece, no narrower than a browser shows it', (_, text, pixels) => {
    expect(longestPart(text, PLAIN)).toBeGreaterThanOrEqual(pixels);
    expect(longestPart(text, PLAIN)).toBeLessThan(1.25 * pixels);
  });

  it('is wider in bold, and narrower as a subscript', () => {
    const plain = longestPart('machine', PLAIN);
    expect(longestPart('machine', { ...PLAIN, bold: true })).toBeGreaterThan(plain);
    expect(longestPart('machine', { ...PLAIN, small: true })).toBeLessThan(plain);
  });
});

describe('when a cell of a table is to be narrow', () => {
  it('keeps together what no break stands in, whatever marks it up', () => {
    const whole = leastWidth(element('td', 'worker'));
    expect(leastWidth(element('td', 'wor', element('em', 'ker')))).toBeCloseTo(whole);
    expect(leastWidth(element('td', 'wor', element('wbr'), 'ker'))).toBeLessThan(whole);
    expect(leastWidth(element('td', 'wor', element('br'), 'ker'))).toBeLessThan(whole);
  });

  it('has a box around its code, in which lines break as elsewhere', () => {
    const word = leastWidth(element('td', element('code', 'machine')));
    expect(word).toBeGreaterThan(7 * 8 + 10);
    expect(leastWidth(element('td', element('code', 'machine machine machine')))).toBeLessThan(word + 1);
  });
});
