import type { AppMachine } from './app-machine.js';
import type { MachineResult } from './result.js';

/** Words for what a command does. */
export interface Words {
  /** Verb of a plan: `stop`. */
  readonly verb: string;
  /** Participle of a change: `stopped`; empty where nothing is ever changed. */
  readonly past: string;
  /** Words for a machine that nothing was done to: `already stopped`; empty where that doesn't occur. */
  readonly already: string;
  /** Things of which a command does one to each machine; default: `verb` alone. */
  readonly directions?: readonly Direction[];
  /** Words for a machine with which it went well, while others are under way; default: `past`. */
  readonly counted?: string;
}

/** Words of a command, and whether it only says what it would do. */
export type CountedWords = Words & { readonly dryRun?: boolean };

/** One of several things that a command does: start some machines, stop others. */
export interface Direction extends Pick<Words, 'verb' | 'past'> {
  /** Returns whether it is this that a machine needs. */
  readonly has: (machine: AppMachine) => boolean;
}

/** What became of a machine, as it is counted: its outcome, with what a dry run would do, and what was done instead, apart. */
export type Fate = 'would' | 'changed' | 'instead' | 'requested' | 'unchanged' | 'skipped' | 'failed';

/** Number of machines of which one thing became. */
export interface Count {
  readonly fate: Fate;
  /** Words such as `stopped`, `would stop` and `already stopped`. */
  readonly label: string;
  readonly number: number;
}

/** Returns what became of a machine. */
export function fateOf({ outcome, wouldChange, instead }: MachineResult): Fate {
  if (wouldChange !== undefined) return 'would';
  return outcome === 'changed' && instead !== undefined ? 'instead' : outcome;
}

/**
 * Counts what became of machines, in the order of a result's line. What a command does, and `failed`, is counted even where
 * it is nothing.
 */
export function countsOf(
  { verb, past, already, directions = [{ verb, past, has: () => true }], dryRun = false }: CountedWords,
  machines: readonly MachineResult[],
): readonly Count[] {
  const of = (fate: Fate) => machines.filter((it) => fateOf(it) === fate);
  const [instead, requested, skipped] = [of('instead'), of('requested').length, of('skipped').length];
  const fate = dryRun ? 'would' : 'changed';
  const its = of(fate);
  const done = directions.map(
    (it): Count => ({
      fate,
      label: dryRun ? `would ${it.verb}` : it.past,
      number: its.filter(({ machine }) => it.has(machine)).length,
    }),
  );
  const others: readonly Count[] = [
    { fate: 'instead', label: `${instead[0]?.instead} instead`, number: instead.length },
    { fate: 'requested', label: 'requested', number: requested },
  ];
  return [
    ...(dryRun || past !== '' ? done : []),
    ...others.filter(({ number }) => number > 0),
    ...(already === ''
      ? []
      : [{ fate: 'unchanged', label: already, number: of('unchanged').length } as const]),
    ...(skipped > 0 ? [{ fate: 'skipped', label: 'skipped', number: skipped } as const] : []),
    { fate: 'failed', label: 'failed', number: of('failed').length },
  ];
}
