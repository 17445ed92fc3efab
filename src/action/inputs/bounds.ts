import { type CommandName, changesSomething } from '../../command-table.js';
import { isUnbounded, type Scope, unbounded } from '../../commands/selection/scope.js';
import { ActionError } from '../../errors.js';
import { selectorOf } from './selector-of.js';
import type { Inputs } from './table.js';

/** Returns the error of a step that would change every machine of an organization. */
export function boundsProblems(command: CommandName, inputs: Inputs, scope: Scope): ActionError[] {
  // Machines that have hours of their own are chosen by these.
  const isBounded = command === 'hours' && inputs['default-hours'] === undefined;
  const choice = { scope, selector: selectorOf(inputs), limit: inputs.limit };
  if (!changesSomething(command) || isBounded || !isUnbounded(choice)) return [];
  return [new ActionError('input', unbounded(command === 'hours' ? 'start or stop' : command))];
}
