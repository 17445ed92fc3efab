import { parse } from 'shell-quote';
import { ActionError } from '../errors.js';
import { jsonList, type Parser } from './parsers.js';

/**
 * The program and its arguments: a JSON array of strings, or one line that is split as a shell would split it, quotes
 * and all. What only a shell could do (pipes, variables, a second line) is an error rather than an odd argument.
 */
export const commandLine: Parser<readonly string[]> = (text) => {
  const words = text.startsWith('[') ? jsonList(text) : fromLine(text);
  const [program = ''] = words;
  if (program === '') throw refuse('names no command');
  return words;
};

function fromLine(text: string): string[] {
  if (text.includes('\n')) throw refuse(`has more than one line; ${SHELL}`);
  const variable = (name: string): string => {
    throw refuse(`has the variable \`$${name}\`, which nothing would fill in; ${SHELL}`);
  };
  return parse(text, variable).map((word) => {
    if (typeof word === 'string') return word;
    if ('pattern' in word) return word.pattern;
    const sign = 'comment' in word ? '#' : word.op;
    throw refuse(`has a \`${sign}\` outside of quotes, which only a shell understands; ${SHELL}`);
  });
}

const SHELL = 'for a shell, run `["sh", "-c", "…"]`';

function refuse(what: string): ActionError {
  return new ActionError('input', what);
}
