import type { MachineResult } from '../../commands/result/result.js';
import { ActionError } from '../../errors.js';

/** The machines that failed, each with its error. */
export function failedMachines(
  machines: readonly MachineResult[],
): (MachineResult & { readonly error: ActionError })[] {
  const unknown = new ActionError('internal', 'it failed, and nothing says why');
  return machines
    .filter(({ outcome, replaced }) => outcome === 'failed' && replaced !== true)
    .map((it) => ({ ...it, error: it.error ?? unknown }));
}

/** `980 no capacity, 10 timeout`: how many there are of each class, the most frequent first. */
export function classCounts(failed: readonly { readonly error: ActionError }[]): string {
  const numbers = new Map<string, number>();
  for (const { error } of failed) numbers.set(error.class, (numbers.get(error.class) ?? 0) + 1);
  return [...numbers]
    .sort(([, a], [, b]) => b - a)
    .map(([errorClass, number]) => `${number} ${errorClass}`)
    .join(', ');
}
