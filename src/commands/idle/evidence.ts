import type { UnixMs } from '../../clock.js';

/** Evidence that a machine is idle or busy. Unknown is undefined. */
export interface IdleEvidence {
  /** Begin of the run that the machine is in. */
  readonly upSince: UnixMs | undefined;
  /** Time since when it is quiet: at least since then where `lastBusy` is undefined, as far back as was looked. */
  readonly quietSince: UnixMs | undefined;
  /** Last moment at which the signal told of work; undefined where it told of none as far back as was looked. */
  readonly lastBusy: UnixMs | undefined;
}
