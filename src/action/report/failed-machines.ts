import type { FailedResult, MachineResult } from '../../commands/result/result.js';
import type { ActionError } from '../../errors.js';
import { tallied } from '../../group-by.js';

/** Returns the results of the machines that failed and that no other machine replaced. */
export function failedMachines(machines: readonly MachineResult[]): FailedResult[] {
  return machines.filter((it): it is FailedResult => it.outcome === 'failed' && it.replaced !== true);
}

/** Counts the errors of each class, the most frequent first: `980 no capacity, 10 timeout`. */
export function classCounts(failed: readonly { readonly error: ActionError }[]): string {
  return tallied(failed.map(({ error }) => error.class)).join(', ');
}
