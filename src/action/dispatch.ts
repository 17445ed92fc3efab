import { change } from '../commands/change.js';
import { list } from '../commands/list.js';
import type { CommandResult } from '../commands/result.js';
import { TRANSITIONS, type TransitionName } from '../machines/transitions.js';
import { auth } from './auth.js';
import type { CommandName } from './commands.js';
import { listLine, progressLine } from './report.js';
import { selectorOf } from './selector-of.js';
import type { Step } from './step.js';

/** A longer list is in the outputs only. */
const MOST_LISTED = 200;

/** What runs behind each command's name: inputs become options, and the command does the rest. */
export const RUN: { readonly [N in CommandName]: (step: Step) => Promise<CommandResult> } = {
  auth,
  list: async (step) => {
    const { connection, deadline, inputs, log } = step;
    const tools = { client: connection.client, signal: deadline.signal };
    const result = await list(tools, { apps: step.access.apps, selector: selectorOf(inputs) });
    for (const machine of result.machines.slice(0, MOST_LISTED)) log.info(listLine(machine));
    if (result.machines.length > MOST_LISTED) log.info(`…and ${result.machines.length - MOST_LISTED} more`);
    return result;
  },
  start: (step) => changeBy('start', step),
  stop: (step) => changeBy('stop', step),
};

function changeBy(name: TransitionName, step: Step): Promise<CommandResult> {
  const { inputs, connection, deadline, clock, log } = step;
  const options = {
    apps: step.access.apps,
    selector: selectorOf(inputs),
    limit: inputs.limit,
    dryRun: inputs['dry-run'],
    wait: inputs.wait,
    maxConcurrent: inputs['max-concurrent'],
    timeout: inputs.timeout,
    stop: { signal: inputs.signal, killTimeout: inputs['kill-timeout'] },
  };
  return change(TRANSITIONS[name], options, {
    client: connection.client,
    clock,
    deadline,
    progress: (machine) => log.info(progressLine(machine)),
  });
}
