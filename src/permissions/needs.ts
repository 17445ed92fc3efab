import { machineNeed, type Need, READ_MACHINES, WRITE_METADATA } from '../command-table.js';

/** Needs of the inputs `lease` and `hold` beside what the command changes; where they are not met, the step warns. */
export const OPTION_NEEDS = {
  lease: [READ_MACHINES, machineNeed('hold a lease', 'C', 'w')],
  hold: [READ_MACHINES, WRITE_METADATA],
} as const satisfies Readonly<Record<string, readonly Need[]>>;
