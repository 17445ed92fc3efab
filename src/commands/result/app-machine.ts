import type { Machine } from '../../machines/machine/machine.js';

/** Machine with the app it was listed under. */
export interface AppMachine extends Machine {
  readonly app: string;
  /** Time of the listing in ms, by the clock; minus infinity where no list as of now had it. */
  readonly seenAt: number;
}
