import { createMasks } from './masks.js';
import type { WorkflowRun } from './workflow-run.js';

/** Prints a run's log for a person who looks for a fault, without masked text. */
export function printLog({ log, stderr }: WorkflowRun): void {
  const masks = createMasks();
  for (const entry of log) masks.learn(entry);
  for (const { job = '', stage = '', stepID = [], msg } of log)
    console.error(`${job} ${stage} ${stepID.join('/')} | ${masks.hide(msg.trimEnd())}`);
  console.error(stderr);
}
