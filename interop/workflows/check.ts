import type { Trigger } from './act.js';
import type { WorkflowRun } from './workflow-run.js';

/** A workflow, what sets it off, and what must have come of it. */
export interface WorkflowCheck extends Trigger {
  /** Name of the file in `.github/workflows`. */
  readonly workflow: string;
  /** Of act: 1 when a job failed. */
  readonly exitCode: 0 | 1;
  /** Rejects when anything is not as it must be; the emulators of the jobs still run. */
  check(run: WorkflowRun): Promise<void>;
}
