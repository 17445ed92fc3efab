import { TRANSITIONS } from '../../machines/transitions.js';
import { formatDuration } from '../../text.js';
import { type ChangePlan, transitionSpec } from '../change.js';
import { callOffIf } from '../engine/called-off.js';
import type { Watch } from '../engine/change-request.js';
import type { CommandSpec } from '../engine/command-spec.js';
import { carryOutAll } from '../engine/engine.js';
import type { Planned } from '../engine/plan.js';
import type { WorkTools } from '../engine/work-tools.js';
import { accountOf, hoursIn, hoursText } from '../result/account.js';
import type { CommandResult, Outcome } from '../result/result.js';
import type { Announced } from './announce.js';
import { notYet } from './announcement.js';
import { findBusy, type IdleQuestion } from './find-busy.js';
import { downAs, notIdle } from './idle.js';

/** Options of `stop-idle`. */
export type IdlePlan = ChangePlan & IdleQuestion;

/** Longest time between a verdict and the request, in milliseconds: a machine may have been put to work since. */
const VERDICT_HOLDS_MS = 180_000;

/** Outcomes of machines that were idle, whatever became of them afterwards. */
const WAS_IDLE: ReadonlySet<Outcome> = new Set(['changed', 'requested', 'failed']);

/**
 * Stops, or suspends, the machines that have been up and quiet for a while. Missing data counts as busy: unknown is
 * never idle. An app whose metrics can't be read has failed. Where a stop is announced, a later run makes it.
 */
export async function stopIdle(plan: IdlePlan, tools: WorkTools): Promise<CommandResult> {
  let found: Announced | undefined;
  const result = await carryOutAll(
    idleSpec(plan, tools, (findings) => {
      found = findings;
    }),
    plan.choice,
    tools,
  );
  const idle = result.machines.filter(
    ({ outcome, wouldChange, announced }) => wouldChange !== undefined || WAS_IDLE.has(outcome) || announced,
  );
  const account = accountOf(
    'idle',
    idle.map(({ machine }) => [machine, plan.idleFor]),
  );
  const idleHours = hoursIn(account);
  const told = withAnnounced({ ...result, accounts: [account], idleHours }, found?.made, plan.choice);
  if (idle.length === 0) return told;
  const hours = `${machineHours(idleHours)} running idle`;
  return {
    ...told,
    line: `${told.line}; at least ${hours}`,
    notices: [...told.notices, `At least ${hours}.`],
  };
}

/** Adds to a result how many announcements were made, or would be. */
function withAnnounced(
  result: CommandResult,
  made = 0,
  { dryRun }: { readonly dryRun: boolean },
): CommandResult {
  if (made === 0) return result;
  const label = dryRun ? 'would announce' : 'announced';
  const { counts = [], line } = result;
  return {
    ...result,
    counts: [...counts, { upshot: 'announced', label, number: made }],
    line: `${line}; ${label} ${made}`,
  };
}

/** Returns the spec of the transition, with what sets `stop-idle` apart from it. */
function idleSpec(plan: IdlePlan, tools: WorkTools, found: (findings: Announced) => void): CommandSpec {
  const { action, idleFor, announce, now } = plan;
  let foundAt = now();
  // Metrics of other apps, a turn or a rate may have taken long, and the machine may have been put to work meanwhile.
  const recheck: Watch['recheck'] = (machine) => {
    if (machine !== undefined) {
      callOffIf(notIdle(machine, { now: now(), idleFor }));
      callOffIf(announce && notYet(machine, announce, now()));
    }
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
    examine: async (chosen) => {
      foundAt = now();
      const findings = await findBusy(chosen, plan, tools);
      found(findings);
      return findings;
    },
    // What is down already was not put there by this step.
    standing: (planned) => spec.standing?.(planned.map(asSkipped)) ?? [],
  };
}

function asSkipped(planned: Planned): Planned {
  return planned.kind === 'unchanged' ? { ...planned, kind: 'skip' } : planned;
}

function machineHours(hours: number): string {
  return hours === 1 ? '1 machine-hour was' : `${hoursText(hours)} machine-hours were`;
}
