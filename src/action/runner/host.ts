import type { Clock } from '../../clock.js';
import { toldRequests } from '../../http/told-requests.js';
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

/** Returns the host's transport; where the job runs with debug logging, each request has a line in the log. */
export function transportOf({ env, log, clock, transport }: Omit<Host, 'runner' | 'jitter'>): Transport {
  if (env['RUNNER_DEBUG'] !== '1') return transport;
  return toldRequests(transport, clock, (line) => log.debug(line));
}
