import { ActionError } from '../../errors.js';
import { enumerated } from '../../text.js';
import { type Environment, INPUT_PREFIX } from '../runner/environment.js';
import { INPUT_NAMES } from './table.js';
import { nearMiss } from './values/near-miss.js';

/** What the root action takes beside the table's. */
const COMMAND = 'command';
const OURS: readonly string[] = [...INPUT_NAMES, COMMAND];
const WORDS = new Set(OURS.flatMap((name) => name.split('-')));

/** The inputs of a step that don't exist, sorted by what is to be made of them. */
export interface UnknownInputs {
  /** Near to one of ours: what was meant to narrow the work would be lost. */
  readonly errors: readonly ActionError[];
  /** The names of those that are unlike any of ours. */
  readonly foreign: readonly string[];
}

/**
 * Looks for inputs that don't exist. The runner only warns of them, and a misspelt `exclude` must not stop production;
 * but engines also hand on the inputs of a composite action around the step, which are none of this one's business.
 */
export function unknownInputs(env: Environment, isRoot: boolean): UnknownInputs {
  const known = new Set((isRoot ? OURS : INPUT_NAMES).map((name) => INPUT_PREFIX + name.toUpperCase()));
  const names = Object.keys(env)
    .filter((key) => key.startsWith(INPUT_PREFIX) && !known.has(key))
    .sort()
    .map((key) => key.slice(INPUT_PREFIX.length).toLowerCase());
  return {
    errors: names.filter(isLikeOurs).map((name) => {
      const hint = nearMiss(name, INPUT_NAMES) ?? 'See the README for the inputs of each command.';
      return new ActionError('input', `There is no input \`${name}\`.`, { hint });
    }),
    foreign: names.filter((name) => !isLikeOurs(name)),
  };
}

/** What to say of inputs that are unlike any of ours; undefined where there are none. */
export function foreignWarning({ foreign }: UnknownInputs): string | undefined {
  if (foreign.length === 0) return undefined;
  const are = foreign.length === 1 ? 'is no input' : 'are no inputs';
  return `${enumerated(foreign.map((name) => `\`${name}\``))} ${are} of this action, and not looked at. See the README for those that are, if this was meant for it.`;
}

/** Whether it comes close to a name of ours, or is put together of nothing but words that ours have (`exclude-machines`). */
function isLikeOurs(name: string): boolean {
  const words = name.split(/[-_ ]+/).filter((word) => word !== '');
  const isOurs = (word: string) =>
    WORDS.has(word) || WORDS.has(`${word}s`) || WORDS.has(word.replace(/s$/, ''));
  return nearMiss(name, OURS) !== undefined || (words.length > 0 && words.every(isOurs));
}
