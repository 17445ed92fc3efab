import { type CommandName, rowOf, type WorkingCommand } from '../command-table.js';
import { change } from '../commands/change.js';
import { Halt } from '../commands/engine/halt.js';
import type { LeaseOptions } from '../commands/engine/leasing.js';
import type { ChangeOptions } from '../commands/engine/machine-changer.js';
import type { Restorable } from '../commands/engine/restore-record.js';
import type { Settle } from '../commands/engine/settling.js';
import type { WorkTools } from '../commands/engine/work-tools.js';
import { exec } from '../commands/exec/exec.js';
import { hours } from '../commands/hours/hours.js';
import { stopIdle } from '../commands/idle/stop-idle.js';
import type { KeepAliveOptions } from '../commands/keep-alive/options.js';
import { label } from '../commands/label/label.js';
import { list } from '../commands/list.js';
import { HOURS, runName } from '../commands/marks/mark.js';
import type { MarkOptions } from '../commands/marks/marker.js';
import type { CommandResult } from '../commands/result/result.js';
import type { Choice } from '../commands/selection/choose.js';
import { wait } from '../commands/wait.js';
import { warmUp } from '../commands/warm-up/warm-up.js';
import { SETTLED } from '../machines/machine/states.js';
import { TRANSITIONS, type TransitionName } from '../machines/transitions.js';
import { auth } from './auth.js';
import { selectorOf } from './inputs/selector-of.js';
import type { Inputs } from './inputs/table.js';
import { keeperFor } from './owed/restore-keeper.js';
import { listLines } from './report/log/list-lines.js';
import { runnerProgress } from './report/log/progress.js';
import { inspect } from './step/inspect.js';
import { metricsOf } from './step/metrics-of.js';
import { forbidding } from './step/preflight.js';
import type { Step } from './step/step.js';

/** Functions behind the commands' names: inputs become options, and the command does the rest. */
export const RUN: { readonly [N in CommandName]: (step: Step) => Promise<CommandResult> } = {
  auth,
  inspect,
  list: async (step) => {
    const { log } = step;
    const result = await list(choiceOf(step), toolsOf(step));
    const withApp = result.apps.length > 1;
    for (const line of listLines(result.machines, { withApp })) log.info(line);
    return result;
  },
  start: changeBy('start'),
  stop: changeBy('stop'),
  suspend: changeBy('suspend'),
  restart: changeBy('restart'),
  wait: (step) => {
    const states = step.inputs.state ?? [SETTLED];
    const choice = choiceOf(step);
    // A machine that is waited for to be destroyed may be gone already.
    const allowEmpty = choice.selector.allowEmpty || states.includes('destroyed');
    const selector = { ...choice.selector, state: undefined, allowEmpty };
    return wait(states, { ...choice, selector }, toolsOf(step));
  },
  cordon: changeBy('cordon'),
  uncordon: changeBy('uncordon'),
  'stop-idle': (step) => {
    const { inputs, connection } = step;
    const ms = inputs.announce;
    const action = inputs['down-action'];
    const { signal, 'kill-timeout': killTimeout, fallback, keep: keeps = [], timeout } = inputs;
    const plan = {
      choice: choiceOf(step),
      // A machine on which another client holds a lease is left alone in any case.
      options: {
        wishes: { signal, killTimeout, fallback },
        wait: waitOf('stop-idle', inputs),
        onLease: 'skip',
        lease: undefined,
      },
      timeout,
      action,
      keeps,
      keepAlive: undefined,
      mark: markOf(step),
      restores: false,
      idleFor: inputs['idle-for'],
      metrics: metricsOf(step),
      announce: ms === undefined ? undefined : { ms, by: runOf(step) },
      now: connection.now,
    } as const;
    return stopIdle(plan, toolsOf(step, 'stop-idle'));
  },
  'warm-up': (step) => {
    const { inputs, transport, connection } = step;
    const url = inputs['probe-url'];
    const plan = {
      choice: choiceOf(step),
      count: inputs.count,
      probe: url && { url, status: inputs['probe-status'], successes: inputs['probe-successes'] },
      settle: settleOf('warm-up', inputs),
      timeout: inputs.timeout,
      leases: leasesOf(step),
      keepAlive: keepAliveOf(step),
      now: connection.now,
      keeper: inputs.restore && !inputs['dry-run'] ? keeperFor('start', step) : undefined,
    };
    return warmUp(plan, { ...toolsOf(step, 'warm-up'), transport });
  },
  hours: (step) => {
    const { inputs, connection } = step;
    const plan = {
      choice: choiceOf(step),
      // What each way does about leases, the command knows.
      options: {
        wishes: { fallback: inputs.fallback },
        wait: waitOf('hours', inputs),
        onLease: 'skip',
        lease: undefined,
      },
      timeout: inputs.timeout,
      keepAlive: undefined,
      mark: markOf(step, HOURS),
      restores: false,
      action: inputs['down-action'],
      defaultHours: inputs['default-hours'],
      now: connection.now,
    } as const;
    return hours(plan, toolsOf(step, 'hours'));
  },
  label: (step) => {
    const { set: labels = [], 'on-lease': onLease } = step.inputs;
    return label({ labels, onLease, choice: choiceOf(step) }, toolsOf(step, 'label'));
  },
  exec: (step) => {
    const { run: command = [], container, 'exec-timeout': limit, timeout } = step.inputs;
    const { 'max-concurrent': places, 'on-lease': onLease } = step.inputs;
    const options = { command, container, timeout: limit, places, onLease };
    return exec({ options, choice: choiceOf(step), timeout }, toolsOf(step, 'exec'));
  },
};

/** Returns what a command waits for. */
function waitOf(command: CommandName, { wait: until }: Inputs): boolean | 'checks' {
  if (until !== 'auto') return until;
  return command === 'restart' ? 'checks' : true;
}

/** Returns how long after it is up a command looks at a machine once more. A start doesn't unless told, for speed. */
function settleOf(command: CommandName, { settle }: Inputs): Settle {
  return settle ?? (command === 'restart' || command === 'warm-up' ? 'auto' : 0);
}

function isRestorable(name: TransitionName): name is Restorable {
  return rowOf(name).restorable === true;
}

/** Returns the run of a transition's command. */
function changeBy(name: TransitionName): (step: Step) => Promise<CommandResult> {
  return (step) => {
    const { inputs, connection } = step;
    const { signal, 'kill-timeout': killTimeout, fallback } = inputs;
    const choice = choiceOf(step);
    const keeper = inputs.restore && isRestorable(name) ? keeperFor(name, step) : undefined;
    const options: ChangeOptions = {
      wishes: { signal, killTimeout, fallback },
      wait: waitOf(name, inputs),
      settle: settleOf(name, inputs),
      ...leasesOf(step),
      requests: keeper?.requests,
      // Restore puts back the state right before the request, which a list doesn't show: so each machine is read again.
      isWary: keeper !== undefined,
    };
    const { timeout, restore: restores } = inputs;
    const most = name === 'restart' ? inputs['max-unavailable'] : undefined;
    const keepAlive = keepAliveOf(step);
    const mark = markOf(step);
    return change(
      TRANSITIONS[name],
      { choice, options, timeout, most, keepAlive, mark, restores, now: connection.now, keeper },
      toolsOf(step, name),
    );
  };
}

function keepAliveOf({ inputs, connection, jitter: random }: Step): KeepAliveOptions | undefined {
  return inputs.hold === undefined ? undefined : { ms: inputs.hold, now: connection.now, random };
}

function markOf(step: Step, name = step.inputs.mark): MarkOptions | undefined {
  return name === undefined ? undefined : { name, by: runOf(step), now: step.connection.now };
}

function runOf({ env }: Step): string {
  return runName(env['GITHUB_REPOSITORY'], env['GITHUB_RUN_ID']);
}

function leasesOf({ inputs, unique }: Step): LeaseOptions {
  const { 'on-lease': onLease, lease } = inputs;
  return { onLease, lease: lease ? `fly-machines-action ${unique()}` : undefined };
}

function choiceOf({ access, inputs }: Step): Choice {
  return {
    scope: access.scope,
    selector: selectorOf(inputs),
    shard: inputs.shard,
    limit: inputs.limit,
    dryRun: inputs['dry-run'],
  };
}

function toolsOf(step: Step, command?: WorkingCommand): WorkTools {
  const { connection, clock, deadline, log, inputs } = step;
  const forbids = command && forbidding(command, step);
  const { client, now } = connection;
  const onFailure = inputs['on-failure'];
  const halts = onFailure === 'stop' || (onFailure === 'auto' && command === 'restart');
  const halt = halts ? new Halt(clock) : undefined;
  return { client, clock, deadline, halt, progress: runnerProgress(log, clock), now, forbids };
}
