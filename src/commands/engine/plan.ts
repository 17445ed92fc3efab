import type { ActionError } from '../../errors.js';
import { count } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Selected } from '../selection/selection.js';

/** Decision of a plan about one machine. */
export type Planned =
  | {
      readonly kind: 'change';
      readonly machine: AppMachine;
      /** True for a machine that the step names by its id, so that no guard holds it back. */
      readonly isNamed?: boolean;
    }
  /** Change that is under way already: there is nothing to send, only to wait for. */
  | {
      readonly kind: 'await';
      readonly machine: AppMachine;
      readonly isNamed?: boolean;
      /** Reason of a machine that is where it should be, and is visited all the same. */
      readonly reached?: string;
    }
  | { readonly kind: 'unchanged'; readonly machine: AppMachine; readonly reason: string }
  /** Change that will fail for certain, which is known before anything is sent. */
  | { readonly kind: 'fail'; readonly machine: AppMachine; readonly error: ActionError }
  | {
      readonly kind: 'skip';
      readonly machine: AppMachine;
      readonly reason: string;
      /** Verb of what only a dry run kept from being done. */
      readonly wouldChange?: string;
    };

/** Judgement of a command about a machine, by what was listed alone. */
export interface Intent {
  /** Verb for the reason of a dry run: `stop`. */
  readonly verb: string;
  /** Returns why a machine is better left alone unless it is named by its id. */
  readonly guard: (machine: AppMachine) => string | undefined;
  /** Returns why a machine is left alone however it is named. */
  readonly impossible: (machine: AppMachine) => string | undefined;
  /** Returns the reason of a machine that is where it should be; undefined for any other. */
  readonly reached: (machine: AppMachine) => string | undefined;
  /** Returns whether a machine that is where it should be is visited all the same, so that its result can be completed. */
  readonly visitsReached?: (machine: AppMachine) => boolean;
  /** Returns whether a machine is on its way there. */
  readonly isUnderway: (machine: AppMachine) => boolean;
  /** Returns why the change would fail for certain. */
  readonly hopeless?: (machine: AppMachine) => ActionError | undefined;
}

/** Bounds of a plan beside the selection. */
export interface PlanOptions {
  /** Most machines to change, in the order given. */
  readonly limit: number | undefined;
  /** Reason why each of these machines is left alone, as the command has found out. */
  readonly leftAlone?: ReadonlyMap<AppMachine, string>;
  /** Error of each machine for which something has failed already. */
  readonly failed?: ReadonlyMap<AppMachine, ActionError> | undefined;
  readonly dryRun: boolean;
}

/** Decides about each selected machine before anything is sent. A dry run gets the same plan as a real one. */
export function plan(
  selected: readonly Selected[],
  { verb, guard, impossible, reached, visitsReached, isUnderway, hopeless }: Intent,
  { limit, leftAlone, failed, dryRun }: PlanOptions,
): Planned[] {
  let changes = 0;
  return selected.map(({ machine, named, excluded }) => {
    const reason =
      excluded ?? (named ? undefined : guard(machine)) ?? leftAlone?.get(machine) ?? impossible(machine);
    if (reason !== undefined) return { kind: 'skip', machine, reason };
    const failure = failed?.get(machine);
    if (failure !== undefined) return { kind: 'fail', machine, error: failure };
    const there = reached(machine);
    if (there !== undefined)
      return visitsReached?.(machine)
        ? { kind: 'await', machine, isNamed: named, reached: there }
        : { kind: 'unchanged', machine, reason: there };
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

/** Returns whether a machine is changed, or would be but for a dry run. */
export function isToChange(planned: Planned): boolean {
  return planned.kind === 'change' || (planned.kind === 'skip' && planned.wouldChange !== undefined);
}

/** Returns a notice where guards, exclusions and limits leave no machine to change: a success that a person should know of. */
export function allLeftAlone(planned: readonly Planned[], verb: string): string[] {
  const isIdle =
    planned.length > 0 && planned.every((it) => it.kind === 'skip' && it.wouldChange === undefined);
  return isIdle ? [`Nothing to ${verb}: ${count(planned.length, 'machine')} selected, all left alone.`] : [];
}
