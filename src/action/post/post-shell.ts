import type { Clock } from '../../clock.js';
import type { Files } from '../../files/files.js';
import type { Transport } from '../../http/transport.js';
import type { Environment } from '../runner/environment.js';
import type { Log } from '../runner/log.js';
import type { Runner } from '../runner/runner.js';

/** Everything outside of this process that a post step touches, handed in by `main`. */
export interface PostShell {
  readonly env: Environment;
  readonly log: Log;
  readonly runner: Pick<Runner, 'appendSummary'>;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly jitter: () => number;
  /** Aborts when the runner wants this process gone. */
  readonly cancelled: AbortSignal;
  /** The runner's folder for temporary files. */
  readonly temp: string | undefined;
  /** Its files in place of those on disk. */
  readonly files?: Files | undefined;
}
