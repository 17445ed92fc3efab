import type { ActionFile } from './action-file.js';
import { prefixed } from './prefixed.js';
import type { Variables } from './step-result.js';

/** The `with:` of a step, as YAML gives it. */
export type GivenInputs = Readonly<Record<string, string | number | boolean>>;

/** Inputs of a step, as its process gets them. */
export interface StepInputs {
  /** Given inputs first, then the other declared ones with their defaults (empty if they have none). */
  readonly values: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/**
 * Merges the given inputs with the declared defaults, ignoring the case of names. An input given as an empty
 * string stays empty. `required` is not enforced. An undeclared input passes with a warning.
 */
export function resolveInputs(action: ActionFile, given: GivenInputs): StepInputs {
  const values = new Map(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const givenNames = new Set([...values.keys()].map((name) => name.toLowerCase()));
  const declared = new Map([...action.inputs].map(([name, input]) => [name.toLowerCase(), input]));

  const warnings: string[] = [];
  for (const name of values.keys()) {
    const message = declared.get(name.toLowerCase())?.deprecationMessage;
    if (message !== undefined) warnings.push(`Input '${name}' has been deprecated with message: ${message}`);
  }
  const unexpected = [...values.keys()].filter((name) => !declared.has(name.toLowerCase()));
  if (unexpected.length > 0) {
    const valid = [...action.inputs.keys()].join("', '");
    warnings.push(`Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${valid}']`);
  }

  for (const [name, input] of action.inputs) {
    if (!givenNames.has(name.toLowerCase())) values.set(name, input.default);
  }
  return { values, warnings };
}

/** Returns the variables that carry inputs: upper case, blanks to `_`, hyphens kept. */
export function inputVariables(values: ReadonlyMap<string, string>): Variables {
  return prefixed(
    'INPUT_',
    Object.fromEntries([...values].map(([name, value]) => [name.replaceAll(' ', '_'), value])),
  );
}
