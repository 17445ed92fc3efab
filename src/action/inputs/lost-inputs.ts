import type { CommandName } from '../../command-table.js';
import { ActionError } from '../../errors.js';
import { type Environment, inputText } from '../runner/environment.js';
import { INPUT_NAMES, type InputName, inputsOf } from './table.js';

/**
 * Returns the declared inputs that were lost between the runner and this process: dash drops variables with a hyphen in
 * their names, such as that of `dry-run`. The runner passes every declared input, so inputs were lost if some without a
 * hyphen are there and none with one.
 */
export function lostInputs(env: Environment, command: CommandName | undefined): InputName[] {
  const declared = command === undefined ? INPUT_NAMES : inputsOf(command);
  const isThere = (name: string) => inputText(env, name) !== undefined;
  const hyphened = declared.filter((name) => name.includes('-'));
  const plain = declared.filter((name) => !name.includes('-'));
  const isAny = plain.some(isThere) || (command === undefined && isThere('command'));
  return isAny && !hyphened.some(isThere) ? hyphened : [];
}

/** Returns the error for inputs that were lost. */
export function inputsLost(lost: readonly InputName[]): ActionError {
  const shown = lost.slice(0, 3).map((name) => `\`${name}\``);
  return new ActionError(
    'input',
    `Inputs were lost on the way: some are there, but none whose name has a hyphen (${shown.join(', ')}, …), not even as a default.`,
    {
      hint: 'A shell script between the runner and `node` (a wrapper, a shim, `su`, `sudo`) drops variables such as `INPUT_DRY-RUN`: have `node` started directly, or let a shell that keeps them do it (bash, not dash). To run `node dist/….js` by hand, set every input that action.yml declares, as the runner does; `env` can.',
    },
  );
}
