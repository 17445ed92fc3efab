import type { CommandName } from '../../src/action/commands.js';
import type { Inputs } from '../../src/action/input-table.js';
import { readInputs } from '../../src/action/inputs.js';

/** The environment in which the runner passes inputs. */
export function passed(inputs: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, String(value)]),
  );
}

/** The inputs of a folder action's step, as they were given in a workflow. */
export function inputsFor(command: CommandName, given: Readonly<Record<string, string>> = {}): Inputs {
  return readInputs(passed(given), command, false);
}
