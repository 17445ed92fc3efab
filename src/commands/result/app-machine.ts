import type { Machine } from '../../machines/machine/machine.js';

/** A machine and the app it was listed under. */
export interface AppMachine extends Machine {
  readonly app: string;
  /** When it was listed, by the clock; minus infinity where it was not, or only with what lags behind. */
  readonly seenAt: number;
}
