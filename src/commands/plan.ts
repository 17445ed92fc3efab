import type { Transition } from '../machines/transitions.js';
import { DRY_RUN } from './result.js';
import type { AppMachine, Selected } from './selection.js';

/** What is to be done with one machine. */
export type Planned =
  | { readonly kind: 'change'; readonly machine: AppMachine }
  /** On its way already: nothing to send, only to wait for. */
  | { readonly kind: 'await'; readonly machine: AppMachine }
  | { readonly kind: 'unchanged'; readonly machine: AppMachine }
  | { readonly kind: 'skip'; readonly machine: AppMachine; readonly reason: string };

/** What bounds a plan beside the selection. */
export interface PlanOptions {
  /** Change at most so many, in the order given. */
  readonly limit: number | undefined;
  readonly dryRun: boolean;
}

/** Decides for each selected machine, by what was listed alone; the same for a dry run and a real one. */
export function plan(
  selected: readonly Selected[],
  transition: Transition,
  { limit, dryRun }: PlanOptions,
): Planned[] {
  let changes = 0;
  return selected.map(({ machine, named, excluded }) => {
    const guarded = named ? undefined : transition.guard(machine);
    const reason = excluded ?? guarded;
    if (reason !== undefined) return { kind: 'skip', machine, reason };
    if (machine.state === transition.target) return { kind: 'unchanged', machine };
    if (transition.underway.includes(machine.state)) return { kind: 'await', machine };
    if (limit !== undefined && changes >= limit)
      return { kind: 'skip', machine, reason: `limit of ${limit} reached` };
    changes += 1;
    if (dryRun) return { kind: 'skip', machine, reason: `${DRY_RUN}: would ${transition.verb}` };
    return { kind: 'change', machine };
  });
}
