import type { CommandResult, MachineReport, Outcome } from '../../src/commands/result.js';
import { reportOf } from '../../src/commands/result.js';
import { ActionError } from '../../src/errors.js';
import { appMachine } from './machines.js';

/** A machine's report, as a command that stops machines makes it. */
export function machineReport(
  id: string,
  outcome: Outcome,
  changes: Partial<MachineReport> = {},
): MachineReport {
  return { ...reportOf(appMachine(id), outcome), ...changes };
}

/** A result; what failed among the machines stands among its failures too, as a timeout. */
export function resultOf(
  machines: readonly MachineReport[],
  changes: Partial<CommandResult> = {},
): CommandResult {
  const failures = machines
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ id, name }) => ({
      what: `machine ${id} (${name})`,
      error: new ActionError('timeout', 'not done'),
    }));
  return { apps: ['my-app'], machines, failures, notices: [], line: 'stopped 1 in my-app', ...changes };
}
