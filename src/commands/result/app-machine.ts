import type { UnixMs } from '../../clock.js';
import type { Machine } from '../../machines/machine/machine.js';

/** Machine with the app it was listed under. */
export interface AppMachine extends Machine {
  readonly app: string;
  /** Time of the listing, by the clock; undefined where no list as of now had it. */
  readonly seenAt: UnixMs | undefined;
}
