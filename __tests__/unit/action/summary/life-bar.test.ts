import { lifeBar } from '../../../../src/action/summary/life-bar.js';
import type { CaveatReport } from '../../../../src/permissions/report-shape.js';

const caveat = (type: string, body: unknown): CaveatReport =>
  // A report is read back from JSON, where a body can be anything.
  ({ words: '', json: { type, body } as CaveatReport['json'] });
const from = (seconds: unknown) => caveat('ValidityWindow', { not_before: seconds, not_after: 9_999 });

/** The bar of a life from 100 s to 200 s. */
const barAt = (seconds: number, ...caveats: CaveatReport[]) =>
  lifeBar(caveats.length > 0 ? caveats : [from(100)], { end: 200_000, now: seconds * 1_000 });
const left = (cells: number) => '🟩'.repeat(cells) + '⬜'.repeat(8 - cells);

describe("when a token's life is drawn", () => {
  it.each([
    ['at its begin', 100, 8],
    ['before its begin', 50, 8],
    ['in its middle', 150, 4],
    ['rounded', 126, 6],
    ['a moment before its end', 199.999, 1],
    ['at its end', 200, 0],
    ['long after its end', 5_000, 0],
  ])('shows how much is left %s', (_, seconds, cells) => expect(barAt(seconds)).toBe(left(cells)));

  it('counts from the last of several begins, as all must have come', () => {
    expect(barAt(190, from(100), from(180))).toBe(left(4));
  });

  it.each([
    ['no caveats', []],
    ['a window without a begin', [from(0)]],
    ['a begin that is no number', [from('100')]],
    ['a body that is none', [caveat('ValidityWindow', null)]],
    ['a body without times', [caveat('ValidityWindow', {})]],
    ['a begin of another caveat', [caveat('Action', { not_before: 100 })]],
    ['a caveat that is too long to be shown', [{ words: 'x', json: null }]],
  ])('is left out where the begin is not known: %s', (_, caveats) => {
    expect(lifeBar(caveats, { end: 200_000, now: 150_000 })).toBe('');
  });

  it.each([
    ['at its end', 200],
    ['after its end', 300],
  ])('has eight squares for a life that begins %s', (_, begin) => {
    expect([...barAt(150, from(begin))]).toHaveLength(8);
    expect([...barAt(200, from(begin))]).toHaveLength(8);
  });
});
