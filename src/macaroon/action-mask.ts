const LETTERS = 'rwcdC';

/** Letters to mask: r read, w write, c create, d delete, C control; `*` is all. Other letters are ignored, as in Go. */
export function parseAction(letters: string): number {
  if (letters === '*') return 0xffff;
  return [...letters].reduce((mask, letter) => {
    const bit = LETTERS.indexOf(letter);
    return bit < 0 ? mask : mask | (1 << bit);
  }, 0);
}

/** Mask to letters; bits without a letter are left out. */
export function formatAction(mask: number): string {
  return [...LETTERS].filter((_, bit) => (mask & (1 << bit)) !== 0).join('');
}

const ACTION_WORDS = ['read', 'write', 'create', 'delete', 'control'];

/** Mask in words: `read, control`; `all actions`, `no action`. */
export function actionWords(mask: number): string {
  const words = ACTION_WORDS.filter((_, bit) => (mask & (1 << bit)) !== 0);
  if (words.length === ACTION_WORDS.length) return 'all actions';
  return words.length === 0 ? 'no action' : words.join(', ');
}
