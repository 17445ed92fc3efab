import leven from 'leven';

/** Longest text in characters that is compared; no word is so long. */
const LONGEST_WORD = 40;

/** Asks whether the user meant the word that is closest to a text; undefined if none is close. */
export function nearMiss(text: string, words: readonly string[]): string | undefined {
  if (text.length > LONGEST_WORD) return undefined;
  const lower = text.toLowerCase();
  const [closest] = words
    .map((word) => ({ word, distance: leven(lower, word.toLowerCase()) }))
    // With more than half of its letters wrong, any short word comes close.
    .filter(({ word, distance }) => distance <= Math.min(2, word.length / 2))
    .sort((a, b) => a.distance - b.distance);
  return closest && `Did you mean \`${closest.word}\`?`;
}
