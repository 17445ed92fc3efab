import type { ActionStep, ScriptJob } from '../../../simulate/script/script.js';

/** Returns a step of the action. */
export function madeStep(
  command: ActionStep['command'],
  inputs: ActionStep['inputs'] = {},
  rest: Partial<ActionStep> = {},
): ActionStep {
  return { kind: 'action', command, inputs, ...rest };
}

/** Returns the job `job`, on a runner with a right clock. */
export function madeJob(steps: ScriptJob['steps'], rest: Partial<ScriptJob> = {}): ScriptJob {
  return {
    name: 'job',
    runner: 'runner-1',
    startsAt: 0,
    steps,
    env: {},
    clock: { offsetMs: 0, jumps: [] },
    ...rest,
  };
}
