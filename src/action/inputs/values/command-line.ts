import parse from 'shell-quote/parse.js';
import { jsonList, type Parser, refuse } from './parsers.js';

/**
 * Reads a program and its arguments: a JSON array of strings, or one line, split as a shell would split it, quotes and
 * all. Anything that only a shell can do (pipes, variables, a second line) is an error rather than an odd argument.
 */
export const commandLine: Parser<readonly string[]> = (text) => {
  const other = jsonButNoArray(text);
  if (other !== undefined) throw refuse(`is JSON, but ${other} rather than an array of arguments; ${SHELL}`);
  const words = text.startsWith('[') ? jsonList(text) : fromLine(text);
  const [program = ''] = words;
  if (program === '') throw refuse('names no command');
  return words;
};

/** Names what a text is as JSON, such as `a number`; undefined if none, an array, or the program `true` or `false`. */
function jsonButNoArray(text: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (Array.isArray(json) || typeof json === 'boolean') return undefined;
  return json === null ? '`null`' : `${typeof json === 'object' ? 'an' : 'a'} ${typeof json}`;
}

function fromLine(text: string): string[] {
  if (text.includes('\n')) throw refuse(`has more than one line; ${SHELL}`);
  if (text.includes('`')) throw refuse(`has a backtick, which only a shell understands; ${SHELL}`);
  if (isOpen(text)) throw refuse('has a quote that is not closed');
  if (/^\w+=/.test(text)) throw refuse(`sets a variable, which only a shell understands; ${SHELL}`);
  const variable = (name: string): string => {
    throw refuse(`has the variable \`$${name}\`, which nothing would fill in; ${SHELL}`);
  };
  return parse(text, variable).map((word) => {
    if (typeof word === 'string') return word;
    const sign = 'comment' in word ? '#' : 'pattern' in word ? word.pattern : word.op;
    throw refuse(`has a \`${sign}\` outside of quotes, which only a shell understands; ${SHELL}`);
  });
}

/** Returns whether a quote is left over once all closed ones are taken out, with what they hold. */
function isOpen(text: string): boolean {
  return /["']/.test(text.replace(/\\.|"(\\.|[^"\\])*"|'[^']*'/g, ''));
}

const SHELL = 'for a shell, run `["sh", "-c", "…"]`';
