import type { Deadline } from '../../deadline.js';
import type { Files } from '../../files/files.js';
import type { Connection } from '../access/connect.js';
import type { Job } from '../access/job.js';
import type { StepAccess } from '../access/step-access.js';
import type { Inputs } from '../inputs/table.js';
import type { Host } from '../runner/host.js';
import type { Runner } from '../runner/runner.js';

/** Surroundings of a step, handed in by `main`. */
export interface Shell extends Host {
  readonly runner: Runner;
  /** Text that no other step of any job has. */
  readonly unique: () => string;
  /** Aborts when the job is cancelled. */
  readonly cancelled: AbortSignal;
  /** Folder of the runner for temporary files; undefined outside of a runner. */
  readonly temp: string | undefined;
  /** Folder of the machines file: the same, or the system's. */
  readonly scratch: string;
  /** Files of both folders in place of those on disk. */
  readonly files?: Files | undefined;
  /** Text of the workspace's `fly.toml`. */
  readonly flyToml: () => string | undefined;
}

/** A step whose inputs are read and whose access is settled: all that its command works with. */
export interface Step extends Shell {
  readonly inputs: Inputs;
  readonly access: StepAccess;
  readonly connection: Connection;
  readonly deadline: Deadline;
  readonly job: Job;
}
