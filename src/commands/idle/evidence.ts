import type { UnixMs } from '../../clock.js';
import { upSince } from '../../machines/machine/events.js';
import type { Quiet } from '../../metrics/quiet.js';
import { withoutOwnWrites } from '../marks/own-writes.js';
import type { AppMachine } from '../result/app-machine.js';

/** Evidence that a machine is idle or busy: the run that it is in, and what its metrics tell. */
export interface IdleEvidence extends Quiet {
  /** Begin of the run that the machine is in. */
  readonly upSince: UnixMs | undefined;
}

/** Returns when the run began that a machine is in; undefined where that isn't known. */
export function runBegan(machine: AppMachine): UnixMs | undefined {
  return upSince(withoutOwnWrites(machine).events);
}
