// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * One line for the log, whatever a stranger put into it: control characters are shown as escapes, since the
 * runner splits lines at a lone carriage return too, and neither form of a workflow command (`::x::` at the start
 * of a line, `##[x]` anywhere in it) is left whole. (actions/runner: ActionCommand.cs)
 */
export function safeLine(text: string): string {
  return text
    .replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('##[', '## [')
    .replace(/^\s*::/, ': :');
}

/** Text of our own with line breaks of our own; each line is made safe by itself. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeLine).join('\n');
}

/** A stranger's text in a markdown table: nothing in it has a meaning, neither to markdown nor to HTML. */
export function safeMarkdown(text: string): string {
  return safeLine(text)
    .replace(/[&<>|`*_~[\]\\#!@:$]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/www\./gi, (word) => `${word.slice(0, -1)}&#46;`);
}

/** The text, or its beginning and its end with `…` between them where it is longer than `most` UTF-16 units. */
export function shortenedWithin(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${shortened(text, half)}${text.slice(text.length - half).replace(/^[\udc00-\udfff]/, '')}`;
}

/** The text, or its beginning and `…` where it is longer than `most` UTF-16 units. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half a character would come out as a question mark.
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}
