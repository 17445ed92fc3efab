import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INPUT_NAMES } from '../../src/action/inputs/table.js';

/** Files that name inputs without doing what they say: they only compare one with another. */
const COMPARING = join('action', 'inputs', 'contradictions.ts');

/** Returns the inputs that a text takes from a step, one by one (`inputs.limit`) or several at once (`{ limit } = inputs`). */
function takenIn(text: string): string[] {
  const single = text.matchAll(/\b(?:inputs|kept)(?:\.(\w+)|\['([\w-]+)'\])/g);
  const several = text.matchAll(/\{([^{}]*)\}(?: = (?:\w+\.)?inputs\b|: (?:Pick<\s*)?Inputs\b)/g);
  return [
    ...[...single].map(([, plain, quoted = '']) => plain ?? quoted),
    ...[...several].flatMap(([, names = '']) =>
      names.split(',').map((it) => /^\s*'?([\w-]*)/.exec(it)?.[1] ?? ''),
    ),
  ];
}

it('each input is taken up by code that does what it says', () => {
  const taken = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== COMPARING)
    .flatMap((path) => takenIn(readFileSync(join('src', path), 'utf8')));
  expect(INPUT_NAMES.filter((name) => !taken.includes(name))).toEqual([]);
});
