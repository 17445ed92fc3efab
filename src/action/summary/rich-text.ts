import { safeMarkdown, shortened } from '../runner/safe-text.js';

/** Longest text from outside in a table's cell, in UTF-16 units. */
const LONGEST_CELL = 300;

/** Longest run of characters that a line doesn't break, so that a table fits the page of a phone. */
const LONGEST_WORD = 14;
const WORDS = new RegExp(`\\S{1,${LONGEST_WORD}}|\\s+`, 'gu');

/** Returns a stranger's text for a table's cell: shortened, free to break, and without a meaning to Markdown. */
export function plain(text: string): string {
  return breaking(shortened(text, LONGEST_CELL));
}

/** Makes a text safe, and lets long words break where the page ends. */
function breaking(text: string): string {
  const parts = text.match(WORDS) ?? [];
  return parts
    .map((part, at) =>
      at > 0 && /\S$/.test(parts[at - 1] ?? '') && /^\S/.test(part)
        ? `<wbr>${safeMarkdown(part)}`
        : safeMarkdown(part),
    )
    .join('');
}

/** Returns a stranger's text in bold; empty for an empty one. */
export function bold(text: string): string {
  return text === '' ? '' : `<b>${plain(text)}</b>`;
}

/** Returns a stranger's text as code; empty for an empty one. */
export function code(text: string): string {
  return text === '' ? '' : `<code>${plain(text)}</code>`;
}

/** Returns a message whole. What stands between two backticks in it becomes code; nothing else has a meaning. */
export function rich(message: string): string {
  const parts = message.split('`');
  // A backtick without its partner is only a character.
  const paired = parts.length % 2 === 1 ? parts : [...parts.slice(0, -2), parts.slice(-2).join('`')];
  return paired
    .map((part, at) => (at % 2 === 1 && part !== '' ? `<code>${safeMarkdown(part)}</code>` : breaking(part)))
    .join('');
}
