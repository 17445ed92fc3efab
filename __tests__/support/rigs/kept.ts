import { RecordKeeper, type RestorePlan } from '../../../src/commands/engine/record-keeper.js';
import type { ChangedMachine, RecordedCommand } from '../../../src/commands/engine/restore-record.js';
import type { Hold } from '../../../src/commands/keep-alive/hold.js';
import { keyOf } from '../../../src/machines/api/machine-path.js';

/** A keeper whose store is in memory, and what it was told. */
export interface Kept {
  readonly keeper: RecordKeeper;
  /** Each plan that it was opened with. */
  readonly opened: RestorePlan[];
  readonly holds: Hold[];
  /** What a post would find now. */
  readonly left: () => readonly ChangedMachine[];
  /** What was known in the end, each time that was told. */
  readonly closed: (readonly ChangedMachine[])[];
}

/** A keeper for a step; what is handed in may throw in the place of a store that is full. */
export function kept({
  command = 'start',
  fallback = 'none',
  holds: hasHolds = false,
  open = () => undefined,
  hold = () => undefined,
}: Partial<RecordedCommand> & {
  readonly holds?: boolean;
  readonly open?: (plan: RestorePlan) => void;
  readonly hold?: (held: Hold) => void;
} = {}): Kept {
  const opened: RestorePlan[] = [];
  const holds: Hold[] = [];
  const left = new Map<string, ChangedMachine>();
  const closed: (readonly ChangedMachine[])[] = [];
  const keeper = new RecordKeeper({ command, fallback }, hasHolds, {
    open: async (plan) => {
      open(plan);
      opened.push(plan);
    },
    keep: (machine) => void left.set(keyOf(machine), machine),
    drop: (machine) => void left.delete(keyOf(machine)),
    hold: (held) => {
      hold(held);
      holds.push(held);
    },
    close: (machines) => {
      for (const machine of machines) left.set(keyOf(machine), machine);
      closed.push(machines);
    },
  });
  return { keeper, opened, holds, closed, left: () => [...left.values()] };
}
