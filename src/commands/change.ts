import { roomFor } from '../deadline.js';
import type { MachineRef } from '../machines/api/client.js';
import { keyOf } from '../machines/api/machine-path.js';
import { isHealthy, isSilent } from '../machines/checks.js';
import { isNeverStarted, NEVER_STARTED } from '../machines/machine/never-started.js';
import { killTimeoutOf, type Transition } from '../machines/transitions.js';
import type { CommandSpec, Task } from './engine/command-spec.js';
import { carryOutAll } from './engine/engine.js';
import { type ChangeOptions, MachineChanger } from './engine/machine-changer.js';
import type { Intent } from './engine/plan.js';
import { proxyWarnings, restoreWarnings } from './engine/plan-warnings.js';
import type { RestoreKeeper } from './engine/restore-record.js';
import { SentRequests } from './engine/sent-requests.js';
import { longestPause } from './engine/settling.js';
import type { WorkTools } from './engine/work-tools.js';
import { KeepAlive } from './keep-alive/keep-alive.js';
import { type HoldOptions, type HoldOutcome, type KeepAliveOptions, withHold } from './keep-alive/options.js';
import { wordOf } from './marks/mark.js';
import { Marker, type MarkOptions } from './marks/marker.js';
import { Unmarker } from './marks/unmarker.js';
import type { CommandResult, MachineResult } from './result/result.js';
import { isAll, type MaxUnavailable } from './rolling/max-unavailable.js';
import { rolled } from './rolling/rolling.js';
import type { Choice } from './selection/choose.js';

/** States in which nothing runs that could be put down. */
const NOT_UP: ReadonlySet<string> = new Set(['stopped', 'suspended', 'failed']);

/** Options of a command that changes machines by a transition. */
export interface ChangePlan {
  readonly choice: Choice;
  readonly options: ChangeOptions;
  /** Time limit of the whole step, in milliseconds; undefined: long enough for the longest kill timeout. */
  readonly timeout: number | undefined;
  /** Options for the hold that has machines left running; undefined: no hold is written. */
  readonly keepAlive: KeepAliveOptions | undefined;
  /** Options for the marks of what is changed; absent: no mark is written. */
  readonly mark?: MarkOptions | undefined;
  /** Number of machines of each group that may be down at once; undefined: all of them. */
  readonly most?: MaxUnavailable | undefined;
  /** True where what is changed is to be put back at the job's end. */
  readonly restores: boolean;
  /** Unix milliseconds by the servers' clock. */
  readonly now: () => number;
  /** Keeper of what must be put back at the job's end. */
  readonly keeper?: RestoreKeeper | undefined;
}

/** Brings the chosen machines to where the transition leads. */
export async function change(
  transition: Transition,
  plan: ChangePlan,
  tools: WorkTools,
): Promise<CommandResult> {
  const { choice, timeout, options, most } = plan;
  const { requests = new SentRequests() } = options;
  const spec = transitionSpec(transition, { ...plan, options: { ...options, requests } }, tools);
  const { wishes, wait, settle = 0 } = options;
  const waitsForChecks = wait === 'checks';
  const inTurns =
    most === undefined || isAll(most)
      ? spec
      : rolled(spec, { most, choice, timeout, wishes, waitsForChecks, settle, requests }, tools);
  const result = await carryOutAll(inTurns, choice, tools);
  plan.keeper?.end();
  return result;
}

/** Returns the spec of the command that makes a transition. */
export function transitionSpec(
  transition: Transition,
  { choice, options, timeout, keepAlive: holding, mark, restores, now, keeper }: ChangePlan,
  tools: WorkTools,
): CommandSpec {
  const { verb, past, already, doing } = transition;
  const mayEnd = transition.ends || transition.fallback?.(options.wishes) !== undefined;
  const keepAlive =
    holding === undefined || choice.dryRun ? undefined : new KeepAlive(holding, keeper, tools);
  const intent = intentOf(transition, options, now);
  const word = wordOf(transition);
  const marker = mark && word && !choice.dryRun ? new Marker(mark, word, tools) : undefined;
  // What is put back at the job's end is marked still.
  const unmarker = word === undefined || restores || choice.dryRun ? undefined : new Unmarker(word, tools);
  const hold = (machine: MachineRef, how: Omit<HoldOptions, 'signal'> = {}) =>
    keepAlive?.set(machine, { ...how, signal: tools.deadline.signal });
  const held = new Map<string, HoldOutcome>();
  // Checks and settling take time, in which another job's end must not stop the machine.
  const meanwhile = async (machine: MachineRef, nonce: string | undefined) => {
    const outcome = await hold(machine, { nonce });
    if (outcome !== undefined) held.set(keyOf(machine), outcome);
  };
  return {
    kind: 'changes',
    words: { verb, past, already },
    doing,
    // A machine that is there already is held as well.
    intent: {
      ...intent,
      // What was down in another way was not put down by us, and must not be woken for it.
      reached: (machine) =>
        intent.reached(machine) ??
        (mark !== undefined && transition.isDown && NOT_UP.has(machine.state)
          ? `already ${machine.state}`
          : undefined),
      visitsReached: (machine) => keepAlive !== undefined || (unmarker?.marksOf(machine).length ?? 0) > 0,
    },
    needs: (tasks) => (timeout === undefined ? roomNeeded(tasks, options, mayEnd) : 0),
    standing: (planned) => proxyWarnings(transition, planned),
    warnings: (planned) => [
      ...(restores ? restoreWarnings(transition, planned) : []),
      ...(keepAlive?.warnings ?? []),
      ...(unmarker?.warnings ?? []),
    ],
    before: (tasks) => keeper?.before(tasks),
    carryOut: new MachineChanger(transition, { ...options, marker, unmarker, meanwhile }, tools).carryOut,
    complete: async ({ kind, machine }, done) => {
      const isRequested = done.outcome === 'requested';
      const outcome =
        held.get(keyOf(machine)) ?? (isWell(done) ? await hold(machine, { isRequested }) : undefined);
      const result = outcome === undefined ? done : withHold(done, outcome);
      if (kind === 'change') keeper?.after(result);
      return result;
    },
  };
}

/** Returns what a transition makes of a machine as listed; `now` tells Unix milliseconds by the servers' clock. */
export function intentOf(transition: Transition, { wait, wishes }: ChangeOptions, now: () => number): Intent {
  const isDown: Intent['isUnderway'] = (machine) => transition.isDown && isNeverStarted(machine, now());
  const isProven: Intent['isUnderway'] = (machine) =>
    wait !== 'checks' || (!isSilent(machine) && isHealthy(machine));
  return {
    verb: transition.verb,
    guard: transition.guard,
    impossible: (machine) => (isDown(machine) ? undefined : transition.impossible?.(machine, wishes)),
    reached: (machine) => {
      if (isDown(machine)) return NEVER_STARTED;
      const goal = transition.goal(machine, wishes);
      if (!goal.isReached(machine) || !isProven(machine)) return undefined;
      return `already ${goal.awaited.length > 0 ? machine.state : goal.target}`;
    },
    isUnderway: (machine) => {
      const goal = transition.goal(machine, wishes);
      return goal.isUnderway(machine) || goal.isReached(machine);
    },
  };
}

function isWell({ outcome }: MachineResult): boolean {
  return outcome === 'changed' || outcome === 'unchanged' || outcome === 'requested';
}

/** Returns the time that the tasks need, in milliseconds: a machine may take its whole kill timeout, then until it has settled. */
function roomNeeded(tasks: readonly Task[], { wishes, settle = 0 }: ChangeOptions, mayEnd: boolean): number {
  const pause = longestPause(settle);
  if (tasks.length === 0 || (!mayEnd && pause === 0)) return 0;
  const ends = mayEnd ? tasks.map(({ machine }) => killTimeoutOf(machine, wishes)) : [];
  return roomFor(Math.max(0, ...ends) + pause);
}
