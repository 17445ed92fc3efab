import type { Count, CountedWords, Upshot } from './counts.js';
import type { MachineResult } from './result.js';

/** Returns what became of a machine. */
export function upshotOf({ outcome, wouldChange, instead, announced }: MachineResult): Upshot {
  if (wouldChange !== undefined) return 'would';
  if (announced === true) return 'announced';
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
  const of = (upshot: Upshot) => machines.filter((it) => upshotOf(it) === upshot);
  const [instead, requested] = [of('instead'), of('requested').length];
  // What is announced is skipped for now.
  const skipped = of('skipped').length + of('announced').length;
  const upshot = dryRun ? 'would' : 'changed';
  const its = of(upshot);
  const done = directions.map(
    (it): Count => ({
      upshot,
      label: dryRun ? `would ${it.verb}` : it.past,
      number: its.filter(({ machine }) => it.has(machine)).length,
    }),
  );
  const others: readonly Count[] = [
    { upshot: 'instead', label: `${instead[0]?.instead} instead`, number: instead.length },
    { upshot: 'requested', label: 'requested', number: requested },
  ];
  return [
    ...(dryRun || past !== '' ? done : []),
    ...others.filter(({ number }) => number > 0),
    ...(already === ''
      ? []
      : [{ upshot: 'unchanged', label: already, number: of('unchanged').length } as const]),
    ...(skipped > 0 ? [{ upshot: 'skipped', label: 'skipped', number: skipped } as const] : []),
    { upshot: 'failed', label: 'failed', number: of('failed').length },
  ];
}
