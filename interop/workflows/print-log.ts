import type { WorkflowRun } from './workflow-run.js';

/** Prints a run's log for a person who looks for a fault, without masked text. */
export function printLog({ log, stderr }: WorkflowRun): void {
  const secrets = log.flatMap(({ command, arg }) => (command === 'add-mask' && arg ? arg : []));
  for (const { job = '', stage = '', stepID = [], msg } of log) {
    const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), msg.trimEnd());
    console.error(`${job} ${stage} ${stepID.join('/')} | ${shown}`);
  }
  console.error(stderr);
}
