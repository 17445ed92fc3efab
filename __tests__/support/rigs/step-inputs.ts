import { readInputs } from '../../../src/action/inputs/read-inputs.js';
import { defaultOf, INPUT_NAMES, INPUTS, type Inputs, inputsOf } from '../../../src/action/inputs/table.js';
import type { CommandName } from '../../../src/command-table.js';

export type Given = Readonly<Record<string, string | number | boolean>>;

/** The variables of inputs alone. */
export function variables(inputs: Given): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, String(value)]),
  );
}

/** The environment in which the runner passes inputs: each that action.yml declares is there, given or not. */
export function passed(command: CommandName | undefined, inputs: Given = {}): Record<string, string> {
  const declared =
    command === undefined
      ? { command: 'auth', ...Object.fromEntries(INPUT_NAMES.map((name) => [name, INPUTS[name].default])) }
      : Object.fromEntries(inputsOf(command).map((name) => [name, defaultOf(name, command)]));
  return { ...variables(declared), ...variables(inputs) };
}

/** The inputs of a folder action's step, as they were given in a workflow. */
export function inputsFor(command: CommandName, given: Readonly<Record<string, string>> = {}): Inputs {
  return readInputs(passed(command, given), command, false);
}
