import leven from 'leven';

/** Longer than any word that is asked for. */
const LONGEST = 40;

/** Asks whether the word that comes closest to a text is meant; undefined where none comes close. */
export function nearMiss(text: string, words: readonly string[]): string | undefined {
  if (text.length > LONGEST) return undefined;
  const lower = text.toLowerCase();
  const [closest] = words
    .map((word) => ({ word, distance: leven(lower, word.toLowerCase()) }))
    // With more than half of its letters wrong, any short word comes close.
    .filter(({ word, distance }) => distance <= Math.min(2, word.length / 2))
    .sort((a, b) => a.distance - b.distance);
  return closest && `Is \`${closest.word}\` meant?`;
}
