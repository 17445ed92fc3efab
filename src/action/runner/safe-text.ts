/** Text in which no character hides, as most is. */
const PLAIN = /^[ -~]*$/;

/**
 * Characters that can't be seen, and so may hide or reorder what can: controls, formats such as zero-width ones, private and lone ones,
 * and what fonts leave out. An emoji may ask to be shown in colour. A text, made a pattern where one is needed: for a literal Node
 * works out the classes each time that it reads the code around.
 */
const UNSEEN = String.raw`(?<!\p{Extended_Pictographic})\ufe0f(?!\u20e3)|(?!\ufe0f)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]`;
let unseen: RegExp | undefined;

/** Characters that mean something to markdown, to HTML or to GitHub. */
const SPECIAL = /[&<>|`*_~[\]\\#!@$"^]|:(?=\S)/g;

/** The same, and all that is no letter, mark, number, sign or blank. */
const ODD = String.raw`[^\p{L}\p{M}\p{N}\p{S}\p{P} ]|${SPECIAL.source}`;
let odd: RegExp | undefined;

/**
 * One line for the log, whatever a stranger put into it: what can't be seen is shown as escapes, since the
 * runner splits lines at a lone carriage return too, and neither form of a workflow command (`::x::` at the start
 * of a line, `##[x]` anywhere in it) is left whole. (actions/runner: ActionCommand.cs)
 */
export function safeLine(text: string): string {
  const unled = text.replace(/^\s*::/, ': :');
  return (PLAIN.test(unled) ? unled : withoutUnseen(unled)).replaceAll('##[', '## [');
}

function withoutUnseen(text: string): string {
  unseen ??= new RegExp(UNSEEN, 'gu');
  return text.replace(unseen, escaped);
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/** Makes text of our own safe line by line. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeLine).join('\n');
}

/**
 * A stranger's text in a markdown table: nothing in it has a meaning, neither to markdown nor to HTML. GitHub looks for
 * addresses, mentions and issues once references such as `&#64;` are read: those need a blank to be none.
 * (github/cmark-gfm: autolink.c)
 */
export function safeMarkdown(text: string): string {
  const line = safeLine(text).replace(/@(?=\S)|#(?=\d)|\bGH-(?=\d)/gi, '$& ');
  return line
    .replace(PLAIN.test(line) ? SPECIAL : oddOnes(), (character) => `&#${character.codePointAt(0)};`)
    .replace(/www\./gi, (word) => `${word.slice(0, -1)}&#46;`);
}

function oddOnes(): RegExp {
  odd ??= new RegExp(ODD, 'gu');
  return odd;
}

/** Returns the text, or its beginning and its end with `…` between them where it is longer than `most` UTF-16 units. */
export function shortenedWithin(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${shortened(text, half)}${text.slice(text.length - half).replace(/^[\udc00-\udfff]/, '')}`;
}

/** Returns the text, or its beginning and `…` where it is longer than `most` UTF-16 units. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half a character would come out as a question mark.
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}
