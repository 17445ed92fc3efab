import type { WorkTools } from '../engine/work-tools.js';

/** What machines are put back with. */
export interface RestoreTools extends WorkTools {
  /** Unix milliseconds by the servers' clock, as far as it is known. */
  readonly now: () => number;
}
