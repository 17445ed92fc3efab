import type { AppMachine } from '../../src/commands/result/app-machine.js';
import type { CommandResult, MachineResult, Outcome } from '../../src/commands/result/result.js';
import { untouched } from '../../src/commands/result/result.js';
import { ActionError } from '../../src/errors.js';
import { appMachine } from './machines.js';

/** A result of the machine as it was listed; a failed one has failed with a timeout. */
export function machineResult(
  id: string,
  outcome: Outcome,
  changes: Partial<Omit<MachineResult, 'machine'>> & { readonly machine?: Partial<AppMachine> } = {},
): MachineResult {
  const { machine, ...others } = changes;
  const error = outcome === 'failed' ? { error: new ActionError('timeout', 'not done') } : {};
  return { ...untouched(appMachine(id, machine), outcome), ...error, ...others };
}

/** A command's result, as stopping machines makes it. */
export function resultOf(
  machines: readonly MachineResult[],
  changes: Partial<CommandResult> = {},
): CommandResult {
  return {
    apps: ['my-app'],
    machines,
    failures: [],
    notices: [],
    warnings: [],
    line: 'stopped 1 in my-app',
    ...changes,
  };
}
