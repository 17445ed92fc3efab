import type { Clock } from '../../clock.js';
import type { Transport } from '../../http/transport.js';
import type { Environment } from './environment.js';
import type { Log } from './log.js';
import type { Runner } from './runner.js';

/** Surroundings that steps and posts have in common; all effects of reaching Fly come from here. */
export interface Host {
  readonly env: Environment;
  readonly log: Log;
  readonly runner: Pick<Runner, 'appendSummary'>;
  readonly clock: Clock;
  readonly transport: Transport;
  /** Number from 0 to 1, by which waits differ. */
  readonly jitter: () => number;
}
