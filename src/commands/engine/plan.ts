import type { ActionError } from '../../errors.js';
import { count } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Selected } from '../selection/selection.js';

/** What is to be done with one machine. */
export type Planned =
  | {
      readonly kind: 'change';
      readonly machine: AppMachine;
      /** By its id, so that it can't be left alone. */
      readonly isNamed?: boolean;
    }
  /** On its way already: nothing to send, only to wait for. */
  | { readonly kind: 'await'; readonly machine: AppMachine; readonly isNamed?: boolean }
  | { readonly kind: 'unchanged'; readonly machine: AppMachine; readonly reason: string }
  /** It can't come about, which is known before anything is sent. */
  | { readonly kind: 'fail'; readonly machine: AppMachine; readonly error: ActionError }
  | {
      readonly kind: 'skip';
      readonly machine: AppMachine;
      readonly reason: string;
      /** The verb of what would be done to it but for a dry run. */
      readonly wouldChange?: string;
    };

/** What a command makes of a machine, by what was listed alone. */
export interface Intent {
  /** For the reason of a dry run: `stop`. */
  readonly verb: string;
  /** Why a machine is better left alone unless it is named by its id. */
  readonly guard: (machine: AppMachine) => string | undefined;
  /** Why it is left alone in any case. */
  readonly impossible: (machine: AppMachine) => string | undefined;
  /** The reason of what is where it should be; undefined for what isn't. */
  readonly reached: (machine: AppMachine) => string | undefined;
  readonly isUnderway: (machine: AppMachine) => boolean;
  /** Why it would fail for certain. */
  readonly hopeless?: (machine: AppMachine) => ActionError | undefined;
}

/** What bounds a plan beside the selection. */
export interface PlanOptions {
  /** Change at most so many, in the order given. */
  readonly limit: number | undefined;
  readonly dryRun: boolean;
}

/** Decides for each selected machine, by what was listed alone; the same for a dry run and a real one. */
export function plan(
  selected: readonly Selected[],
  { verb, guard, impossible, reached, isUnderway, hopeless }: Intent,
  { limit, dryRun }: PlanOptions,
): Planned[] {
  let changes = 0;
  return selected.map(({ machine, named, excluded }) => {
    const reason = excluded ?? (named ? undefined : guard(machine)) ?? impossible(machine);
    if (reason !== undefined) return { kind: 'skip', machine, reason };
    const there = reached(machine);
    if (there !== undefined) return { kind: 'unchanged', machine, reason: there };
    if (isUnderway(machine))
      return dryRun
        ? { kind: 'unchanged', machine, reason: `${machine.state} already` }
        : { kind: 'await', machine, isNamed: named };
    if (limit !== undefined && changes >= limit)
      return { kind: 'skip', machine, reason: `limit of ${limit} reached` };
    changes += 1;
    const error = hopeless?.(machine);
    if (error !== undefined) return { kind: 'fail', machine, error };
    if (dryRun) return { kind: 'skip', machine, reason: `dry run: would ${verb}`, wouldChange: verb };
    return { kind: 'change', machine, isNamed: named };
  });
}

/** A choice that guards, exclusions and limits have emptied is a success that a person should know of. */
export function allLeftAlone(planned: readonly Planned[], verb: string): string[] {
  const isIdle =
    planned.length > 0 && planned.every((it) => it.kind === 'skip' && it.wouldChange === undefined);
  return isIdle ? [`Nothing to ${verb}: ${count(planned.length, 'machine')} selected, all left alone.`] : [];
}
