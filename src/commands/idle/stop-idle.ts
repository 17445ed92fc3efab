import { isNeverStarted, NEVER_STARTED } from '../../machines/machine/never-started.js';
import { TRANSITIONS, type TransitionName } from '../../machines/transitions.js';
import { rangeWindow } from '../../metrics/range-window.js';
import { formatDuration } from '../../text.js';
import { type ChangePlan, transitionWork } from '../change.js';
import { callOffIf } from '../engine/called-off.js';
import { carryOutAll, type Findings, type WorkTools } from '../engine/engine.js';
import type { Planned } from '../engine/plan.js';
import type { Watch } from '../engine/send.js';
import type { AppMachine } from '../result/app-machine.js';
import type { CommandResult, Outcome } from '../result/result.js';
import type { Fleet } from '../selection/fleet.js';
import { guardUnder } from '../selection/scope.js';
import type { Selected } from '../selection/selection.js';
import { type IdleTimes, notIdle } from './idle.js';
import { type IdleMetrics, judgeAll } from './idle-metrics.js';
import { type Keep, Keeping } from './keep.js';

const HOUR_MS = 3_600_000;

/** What is to be stopped as idle, and how that is told. */
export interface IdlePlan extends ChangePlan {
  readonly action: Extract<TransitionName, 'stop' | 'suspend'>;
  /** In milliseconds. */
  readonly idleFor: number;
  readonly keeps: readonly Keep[];
  readonly metrics: IdleMetrics | undefined;
}

/** For so long a verdict holds, in milliseconds; a machine may have been put to work since. */
const LONGEST_AGO_MS = 180_000;

/** Where there is nothing to stop any more; to stop what is suspended would throw its memory away. */
const DOWN: ReadonlySet<string> = new Set(['stopped', 'suspended']);

/**
 * Stops, or suspends, the machines that have been up and quiet for a while. What isn't known of a machine is never
 * idle; an app whose metrics can't be read has failed.
 */
export async function stopIdle(plan: IdlePlan, tools: WorkTools): Promise<CommandResult> {
  const { action, idleFor, now } = plan;
  let judgedAt = now();
  // Metrics of other apps, a turn or a rate may have been waited for, and meanwhile somebody may have come to need it.
  const recheck: Watch['recheck'] = (machine) => {
    if (machine !== undefined) callOffIf(notIdle(machine, { now: now(), idleFor }));
    const age = now() - judgedAt;
    if (age > LONGEST_AGO_MS) callOffIf(`found quiet ${formatDuration(age)} ago, which is too long`);
  };
  const options = { ...plan.options, recheck, isWary: true };
  const work = transitionWork(TRANSITIONS[action], { ...plan, options }, tools);
  const result = await carryOutAll(
    {
      ...work,
      words: { ...work.words, already: 'already down' },
      choosesItself: true,
      withLeases: true,
      intent: {
        ...work.intent,
        impossible: () => undefined,
        reached: (machine) => downAs(machine, now()),
      },
      examine: (selected, fleet) => {
        judgedAt = now();
        return inspect(selected, fleet, plan, tools);
      },
      // What is down already was not put there by this step.
      warnings: (planned) => work.warnings?.(planned.map(alone)) ?? [],
    },
    plan.choice,
    tools,
  );
  const idle = result.machines.filter(
    ({ outcome, wouldChange }) => wouldChange !== undefined || WAS_IDLE.has(outcome),
  );
  if (idle.length === 0) return result;
  const hours = `${machineHours(idle.length * idleFor)} running idle`;
  const notices = [...result.notices, `At least ${hours}.`];
  return { ...result, line: `${result.line}; at least ${hours}`, notices };
}

function downAs(machine: AppMachine, now: number): string | undefined {
  if (isNeverStarted(machine, now)) return NEVER_STARTED;
  return DOWN.has(machine.state) ? `already ${machine.state}` : undefined;
}

/** Whatever became of it afterwards. */
const WAS_IDLE: ReadonlySet<Outcome> = new Set(['changed', 'requested', 'failed']);

function alone(planned: Planned): Planned {
  return planned.kind === 'unchanged' ? { ...planned, kind: 'skip' } : planned;
}

function machineHours(ms: number): string {
  const hours = (ms / HOUR_MS).toLocaleString('en-US', { maximumSignificantDigits: 3 });
  return hours === '1' ? '1 machine-hour was' : `${hours} machine-hours were`;
}

async function inspect(
  selected: readonly Selected[],
  fleet: Fleet,
  { action, choice, idleFor, keeps, metrics, now }: IdlePlan,
  { deadline, clock }: WorkTools,
): Promise<Findings> {
  const times: IdleTimes = { now: now(), idleFor };
  const window = rangeWindow(times.now, idleFor);
  const guard = guardUnder(choice.scope, TRANSITIONS[action].guard);
  const reasons = new Map<AppMachine, string>();
  const open: AppMachine[] = [];
  for (const { machine, named, excluded } of selected) {
    if (excluded !== undefined || downAs(machine, times.now) !== undefined) continue;
    const reason = (named ? undefined : guard(machine)) ?? notIdle(machine, times);
    if (reason === undefined) open.push(machine);
    else reasons.set(machine, reason);
  }
  const found =
    metrics === undefined
      ? { failures: [], warnings: [] }
      : await judgeAll(open, reasons, { metrics, window, deadline, clock });
  // Nothing tells what the jobs of other shares stop at the same time.
  const counted = choice.shard === undefined ? fleet.machines : selected.map(({ machine }) => machine);
  const keeping = new Keeping(keeps, counted);
  for (const machine of open) {
    if (reasons.has(machine)) continue;
    const kept = keeping.giveUp(machine);
    if (kept !== undefined) reasons.set(machine, kept);
  }
  return { leftAlone: reasons, ...found };
}
