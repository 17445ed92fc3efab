import { array, assert, constantFrom, integer, property } from 'fast-check';
import { nearMiss } from '../../src/near-miss.js';

const meant = (text: string, ...words: readonly string[]) => nearMiss(text, words);

describe('when a text is near to a word', () => {
  it.each([
    ['sotp', 'stop'],
    ['stp', 'stop'],
    ['stoop', 'stop'],
    ['stxp', 'stop'],
    ['tops', 'stop'],
    ['STOP', 'stop'],
    ['stop', 'Stop'],
    ['warmup', 'warm-up'],
  ])('asks: %j for %j', (text, word) => {
    expect(meant(text, word)).toBe(`Did you mean \`${word}\`?`);
  });

  it.each([
    ['spot on', 'stop'],
    ['sxyp', 'stp'],
    ['x', 'a'],
    ['', 'abc'],
    ['x'.repeat(41), 'x'.repeat(41)],
  ])('is silent where it is not: %j for %j', (text, word) => {
    expect(meant(text, word)).toBeUndefined();
  });

  it('asks for the closest, and of those for the first', () => {
    expect(meant('stat', 'stale', 'start', 'state')).toContain('`start`');
    expect(meant('x')).toBeUndefined();
  });
});

describe('when a word is changed at random', () => {
  const words = array(constantFrom(...'abc'), { minLength: 4, maxLength: 9 }).map((it) => it.join(''));

  it('is near after two changes at most, as a table of all distances says', () => {
    const near = property(words, words, (text, word) => {
      expect([text, word, meant(text, word) !== undefined]).toEqual([text, word, distance(text, word) <= 2]);
    });
    assert(near, { numRuns: 3_000 });
  });

  it('is nearest where the table says so', () => {
    const nearest = property(words, words, words, integer({ min: 0, max: 9 }), (text, one, two, at) => {
      const changed = `${text.slice(0, at)}${text.slice(at + 1)}`;
      const all = [one, text, two];
      const least = Math.min(...all.map((word) => distance(changed, word)));
      const expected = all.find((word) => distance(changed, word) === least);
      expect(meant(changed, ...all)).toBe(`Did you mean \`${expected}\`?`);
    });
    assert(nearest);
  });
});

/** Levenshtein's distance by its own definition: of each two beginnings from those that are shorter. */
function distance(text: string, word: string): number {
  const table = Array.from({ length: text.length + 1 }, (_, row) => [row]);
  const at = (row: number, column: number) => table[row]?.[column] ?? column;
  for (let row = 0; row <= text.length; row += 1)
    for (let column = 1; column <= word.length; column += 1) {
      const replaced = at(row - 1, column - 1) + Number(text[row - 1] !== word[column - 1]);
      const fromHere = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, replaced);
      table[row]?.push(row === 0 ? column : fromHere);
    }
  return at(text.length, word.length);
}
