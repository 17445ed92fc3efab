import { type Plan, RecordKeeper } from '../../src/commands/engine/record-keeper.js';
import type { Changed, Held, Undoing } from '../../src/commands/engine/restore-record.js';
import { keyOf } from '../../src/machines/api/machine-path.js';

/** A keeper whose store is in memory, and what it was told. */
export interface Kept {
  readonly keeper: RecordKeeper;
  /** Each plan that it was opened with. */
  readonly opened: Plan[];
  readonly holds: Held[];
  /** What a post would find now. */
  readonly left: () => readonly Changed[];
  /** What was known in the end, each time that was told. */
  readonly closed: (readonly Changed[])[];
}

/** A keeper for a step; what is handed in may throw in the place of a store that is full. */
export function kept({
  command = 'start',
  fallback = 'none',
  holds: hasHolds = false,
  open = () => undefined,
  hold = () => undefined,
}: Partial<Undoing> & {
  readonly holds?: boolean;
  readonly open?: (plan: Plan) => void;
  readonly hold?: (held: Held) => void;
} = {}): Kept {
  const opened: Plan[] = [];
  const holds: Held[] = [];
  const left = new Map<string, Changed>();
  const closed: (readonly Changed[])[] = [];
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
