/** Longest text in characters that is compared; no word is so long. */
const LONGEST_WORD = 40;

/** Asks whether the user meant the word that is closest to a text; undefined if none is close. */
export function nearMiss(text: string, words: readonly string[]): string | undefined {
  if (text.length > LONGEST_WORD) return undefined;
  const lower = text.toLowerCase();
  const [closest] = words
    // With more than half of its letters wrong, any short word comes close.
    .map((word) => ({ word, edits: editsOf(lower, word.toLowerCase(), Math.min(2, word.length / 2)) }))
    .filter(({ edits }) => edits < Infinity)
    .sort((a, b) => a.edits - b.edits);
  return closest && `Did you mean \`${closest.word}\`?`;
}

/**
 * Returns how many letters of one text are to be added, left out or replaced to make it another; `Infinity` where those are more
 * than `most`, which keeps it short.
 */
function editsOf(one: string, other: string, most: number): number {
  if (one === other) return 0;
  if (most < 1) return Infinity;
  const [rest, otherRest] = [one.slice(1), other.slice(1)];
  if (one[0] === other[0]) return editsOf(rest, otherRest, most);
  const left = most - 1;
  return (
    1 + Math.min(editsOf(rest, other, left), editsOf(one, otherRest, left), editsOf(rest, otherRest, left))
  );
}
