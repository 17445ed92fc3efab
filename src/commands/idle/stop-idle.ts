import { TRANSITIONS } from '../../machines/transitions.js';
import { formatDuration } from '../../text.js';
import { type ChangePlan, transitionSpec } from '../change.js';
import { callOffIf } from '../engine/called-off.js';
import type { Watch } from '../engine/change-request.js';
import type { CommandSpec } from '../engine/command-spec.js';
import { carryOutAll } from '../engine/engine.js';
import type { Planned } from '../engine/plan.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { CommandResult, Outcome } from '../result/result.js';
import { findBusy, type IdleQuestion } from './find-busy.js';
import { downAs, notIdle } from './idle.js';

const MS_PER_HOUR = 3_600_000;

/** Options of `stop-idle`. */
export type IdlePlan = ChangePlan & IdleQuestion;

/** Longest time between a verdict and the request, in milliseconds: a machine may have been put to work since. */
const VERDICT_HOLDS_MS = 180_000;

/** Outcomes of machines that were idle, whatever became of them afterwards. */
const WAS_IDLE: ReadonlySet<Outcome> = new Set(['changed', 'requested', 'failed']);

/**
 * Stops, or suspends, the machines that have been up and quiet for a while. Missing data counts as busy: unknown is
 * never idle. An app whose metrics can't be read has failed.
 */
export async function stopIdle(plan: IdlePlan, tools: WorkTools): Promise<CommandResult> {
  const result = await carryOutAll(idleSpec(plan, tools), plan.choice, tools);
  const idle = result.machines.filter(
    ({ outcome, wouldChange }) => wouldChange !== undefined || WAS_IDLE.has(outcome),
  );
  if (idle.length === 0) return result;
  const hours = `${machineHours(idle.length * plan.idleFor)} running idle`;
  const notices = [...result.notices, `At least ${hours}.`];
  return { ...result, line: `${result.line}; at least ${hours}`, notices };
}

/** Returns the spec of the transition, with what sets `stop-idle` apart from it. */
function idleSpec(plan: IdlePlan, tools: WorkTools): CommandSpec {
  const { action, idleFor, now } = plan;
  let foundAt = now();
  // Metrics of other apps, a turn or a rate may have taken long, and the machine may have been put to work meanwhile.
  const recheck: Watch['recheck'] = (machine) => {
    if (machine !== undefined) callOffIf(notIdle(machine, { now: now(), idleFor })?.why);
    const age = now() - foundAt;
    if (age > VERDICT_HOLDS_MS) callOffIf(`found quiet ${formatDuration(age)} ago, which is too long`);
  };
  const options = { ...plan.options, recheck, isWary: true };
  const spec = transitionSpec(TRANSITIONS[action], { ...plan, options }, tools);
  return {
    ...spec,
    kind: 'picks',
    words: { ...spec.words, already: 'already down' },
    intent: {
      ...spec.intent,
      impossible: () => undefined,
      reached: (machine) => downAs(machine, now()),
    },
    examine: (chosen) => {
      foundAt = now();
      return findBusy(chosen, plan, tools);
    },
    // What is down already was not put there by this step.
    warnings: (planned) => spec.warnings?.(planned.map(asSkipped)) ?? [],
  };
}

function asSkipped(planned: Planned): Planned {
  return planned.kind === 'unchanged' ? { ...planned, kind: 'skip' } : planned;
}

function machineHours(ms: number): string {
  const hours = (ms / MS_PER_HOUR).toLocaleString('en-US', { maximumSignificantDigits: 3 });
  return hours === '1' ? '1 machine-hour was' : `${hours} machine-hours were`;
}
