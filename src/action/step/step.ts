import type { Clock } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import type { Files } from '../../files/files.js';
import type { Transport } from '../../http/transport.js';
import type { Connection } from '../access/connect.js';
import type { Job } from '../access/job.js';
import type { StepAccess } from '../access/step-access.js';
import type { Inputs } from '../inputs/table.js';
import type { Environment } from '../runner/environment.js';
import type { Log } from '../runner/log.js';
import type { Runner } from '../runner/runner.js';

/** Everything outside of this process that a step touches, handed in by `main`. */
export interface Shell {
  readonly env: Environment;
  readonly log: Log;
  readonly runner: Runner;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly jitter: () => number;
  /** Text that no other step of any job has. */
  readonly unique: () => string;
  /** Aborts when the job is cancelled. */
  readonly cancelled: AbortSignal;
  /** The runner's folder for temporary files; undefined outside of a runner. */
  readonly temp: string | undefined;
  /** Where the machines file goes: the same, or the system's. */
  readonly scratch: string;
  /** The files of both in place of those on disk. */
  readonly files?: Files | undefined;
  /** Text of the workspace's `fly.toml`. */
  readonly flyToml: () => string | undefined;
}

/** A step that has been read and resolved: what its command works with. */
export interface Step extends Shell {
  readonly inputs: Inputs;
  readonly access: StepAccess;
  readonly connection: Connection;
  readonly deadline: Deadline;
  readonly job: Job;
}
