import { array, assert, constantFrom, pre, property } from 'fast-check';
import parse from 'shell-quote/parse.js';
import { commandLine } from '../../../../src/action/inputs/values/command-line.js';
import { ActionError } from '../../../../src/errors.js';
import { thrownBy } from '../../../support/caught.js';

function refusal(text: string): string {
  const error = thrownBy(() => commandLine(text));
  if (!(error instanceof ActionError)) throw error;
  return error.message;
}

describe('when a command is read', () => {
  it.each([
    ['bin/rails db:migrate', ['bin/rails', 'db:migrate']],
    ['a  b\tc', ['a', 'b', 'c']],
    [`echo 'a  b' "c  d"`, ['echo', 'a  b', 'c  d']],
    [`a'b'"c"d`, ['abcd']],
    [`a '' ""`, ['a', '', '']],
    ["echo 'no $HOME, no \\ and no \"'", ['echo', 'no $HOME, no \\ and no "']],
    [`echo "it's" "\\"\\$5\\" \\n \\\\"`, ['echo', "it's", '"$5" \\n \\']],
    ['a\\ b \\c \\"\\\' \\| \\$x \\# \\* \\?', ['a b', 'c', '"\'', '|', '$x', '#', '*', '?']],
    [`grep '*' "|" "#" ">"`, ['grep', '*', '|', '#', '>']],
    ['set a=b {x,y} [z] ~ ! % é 😀', ['set', 'a=b', '{x,y}', '[z]', '~', '!', '%', 'é', '😀']],
    ['ends\\', ['ends']],
    ['["a", "b c", "$d | e"]', ['a', 'b c', '$d | e']],
  ])('%s', (text, words) => {
    expect(commandLine(text)).toEqual(words);
  });

  it.each([
    ['a | b', '`|`'],
    ['a && b', '`&&`'],
    ['a 2>&1', '`>&`'],
    ['a; b', '`;`'],
    ['a *.txt', '`*`'],
    ['a b?', '`?`'],
    ['a #b', '`#`'],
    ['a $HOME/b', '`$HOME`'],
    ['a "$"{HOME}', '`$`'],
    [`a $\{HOME}`, `\`$\{HOME}\``],
    ['a $(b)', '`$`'],
    ["a $'b'", '`$`'],
    [`a "b $\{}"`, `\`$\{}\``],
  ])('refuses what only a shell understands: %s', (text, sign) => {
    expect(refusal(text)).toBe(
      `has ${sign} outside of ${sign.startsWith('`$') ? 'single quotes' : 'quotes'}, which only a shell understands; for a shell, run \`["sh", "-c", "…"]\``,
    );
  });

  it.each([
    ['a "b', 'has a quote that is not closed'],
    ["a b'", 'has a quote that is not closed'],
    ['a "b\\"', 'has a quote that is not closed'],
    [`a "b' 'c`, 'has a quote that is not closed'],
    ['a `b`', 'has a backtick'],
    ['A=b c', 'sets a variable'],
    ['a\nb', 'has more than one line'],
    ['"" a', 'names no command'],
  ])('refuses %j', (text, why) => {
    expect(refusal(text)).toContain(why);
  });
});

describe('when any line is read', () => {
  /** Returns the words that shell-quote makes of a line; undefined where there is anything in it that only a shell understands. */
  function theirs(line: string): readonly string[] | undefined {
    if (/["']/.test(line.replace(/\\.|"(\\.|[^"\\])*"|'[^']*'/g, ''))) return undefined;
    try {
      const words = parse(line, () => ({ op: 'variable' }));
      return words.every((it) => typeof it === 'string') ? words : undefined;
    } catch (error) {
      // It throws for a variable without a name, or without an end.
      if (String(error).includes('Bad substitution')) return undefined;
      throw error;
    }
  }

  function ours(line: string): readonly string[] | undefined {
    try {
      return commandLine(`x ${line}`).slice(1);
    } catch (error) {
      if (error instanceof ActionError) return undefined;
      throw error;
    }
  }

  const pieces = [
    ...'ab-=/.,:{}[]~!%^+é😀',
    ' ',
    '  ',
    '\t',
    '\\',
    '"',
    "'",
    '\\"',
    "\\'",
    '\\ ',
    '$',
    '\\$',
  ];
  const signs = [...'*?#|&;()<>$', '$a', '&&', '>&', '\\\\'];

  it.each([
    ['of words, quotes and escapes', pieces],
    ['of signs, too', [...pieces, ...signs]],
  ])('is what shell-quote makes of it, a line %s', (_, parts) => {
    const lines = array(constantFrom(...parts), { maxLength: 14 }).map((it) => it.join(''));
    const same = property(lines, (line) => {
      // A shell takes an escaped sign for a plain one; the package takes it for a pattern. Few shells have `$'…'`.
      pre(!/\\[*?]|\$'/.test(line));
      expect(ours(line)).toEqual(theirs(line));
    });
    assert(same, { numRuns: 5_000 });
  });
});
