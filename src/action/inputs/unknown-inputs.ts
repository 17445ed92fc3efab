import { ActionError } from '../../errors.js';
import { nearMiss } from '../../near-miss.js';
import { enumerated } from '../../text.js';
import { type Environment, INPUT_PREFIX } from '../runner/environment.js';
import { INPUT_NAMES } from './table.js';

/** Name of the input that the root action has beside those of the table. */
const COMMAND = 'command';
const OURS: readonly string[] = [...INPUT_NAMES, COMMAND];
const INPUT_WORDS = new Set(OURS.flatMap((name) => name.split('-')));

/** Inputs of a step that don't exist: typos, and those meant for another action. */
export interface UnknownInputs {
  /** Errors for names close to one of ours: a typo could lose an input that narrows the work. */
  readonly errors: readonly ActionError[];
  /** Names that are unlike any of ours. */
  readonly foreign: readonly string[];
}

/**
 * Finds inputs that don't exist. The runner only warns of them, and a misspelt `exclude` must not stop production. But
 * engines also pass the inputs of a composite action around the step, and those are fine.
 */
export function unknownInputs(env: Environment, isRoot: boolean): UnknownInputs {
  const known = new Set((isRoot ? OURS : INPUT_NAMES).map((name) => INPUT_PREFIX + name.toUpperCase()));
  const names = Object.keys(env)
    .filter((key) => key.startsWith(INPUT_PREFIX) && !known.has(key))
    .sort()
    .map((key) => key.slice(INPUT_PREFIX.length).toLowerCase());
  return {
    errors: names.filter(isLikeOurs).map((name) => {
      const hint = nearMiss(name, INPUT_NAMES) ?? 'See docs/inputs.md for the inputs of each command.';
      return new ActionError('input', `There is no input \`${name}\`.`, { hint });
    }),
    foreign: names.filter((name) => !isLikeOurs(name)),
  };
}

/** Returns the warning about inputs that are unlike any of ours; undefined if there are none. */
export function foreignWarning({ foreign }: UnknownInputs): string | undefined {
  if (foreign.length === 0) return undefined;
  const are = foreign.length === 1 ? 'is no input' : 'are no inputs';
  return `${enumerated(foreign.map((name) => `\`${name}\``))} ${are} of this action, which ignores them. If you meant this action, see docs/inputs.md.`;
}

/** Returns whether a name is close to one of ours, or consists only of words from our names (`exclude-machines`). */
function isLikeOurs(name: string): boolean {
  const words = name.split(/[-_ ]+/).filter((word) => word !== '');
  const isOurs = (word: string) =>
    INPUT_WORDS.has(word) || INPUT_WORDS.has(`${word}s`) || INPUT_WORDS.has(word.replace(/s$/, ''));
  return nearMiss(name, OURS) !== undefined || (words.length > 0 && words.every(isOurs));
}
