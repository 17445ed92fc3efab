import type { Trigger } from './act.js';
import type { WorkflowRun } from './workflow-run.js';

/** A check of a workflow: its trigger and its expected result. */
export interface WorkflowCheck extends Trigger {
  /** File name in `.github/workflows`. */
  readonly workflow: string;
  /** Exit code of act: 1 when a job failed. */
  readonly exitCode: 0 | 1;
  /** Checks the run and rejects when anything is wrong; the emulators of the jobs still run. */
  check(run: WorkflowRun): Promise<void>;
}
