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
  if (/^\w+=/.test(text)) throw refuse(`sets a variable, which only a shell understands; ${SHELL}`);
  return (text.match(WORD) ?? []).map((word) => word.replace(PIECE, meantBy));
}

/** A word, with the blanks that are escaped or in quotes. */
const WORD = /(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|\S)+/g;
/** Part of a word that doesn't stand for itself: something escaped or in quotes, or a sign. */
const PIECE = /\\(.?)|'([^']*)'|"((?:\\.|[^"\\])*)"|["'#*?]|[|&;()<>]+|\$[\w{}]*/g;
/** The same within double quotes, where a backslash stays before anything else. */
const IN_DOUBLE = /\\(["\\$])|\$[\w{}]*/g;

function meantBy(piece: string, escaped?: string, single?: string, double?: string): string {
  if (double !== undefined) return double.replace(IN_DOUBLE, (sign, plain) => plain ?? refused(sign));
  return escaped ?? single ?? refused(piece);
}

function refused(sign: string): never {
  if (/["']/.test(sign)) throw refuse('has a quote that is not closed');
  const quotes = sign.startsWith('$') ? 'single quotes' : 'quotes';
  throw refuse(`has \`${sign}\` outside of ${quotes}, which only a shell understands; ${SHELL}`);
}

const SHELL = 'for a shell, run `["sh", "-c", "…"]`';
