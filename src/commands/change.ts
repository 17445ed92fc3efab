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
import type { WorkTools } from './engine/work-tools.js';
import { KeepAlive } from './keep-alive/keep-alive.js';
import { type KeepAliveOptions, type MarkOptions, type MarkOutcome, withMark } from './keep-alive/options.js';
import { type CommandResult, type MachineResult, untouched } from './result/result.js';
import type { Choice } from './selection/choose.js';

/** What else a change is told. */
export interface ChangePlan {
  readonly choice: Choice;
  readonly options: ChangeOptions;
  /** Of the whole step, in milliseconds; undefined: long enough for the longest kill timeout. */
  readonly timeout: number | undefined;
  /** How the machines are to be left running; undefined: nothing is written. */
  readonly keepAlive: KeepAliveOptions | undefined;
  /** Whether what is changed is to be put back at the job's end. */
  readonly restores: boolean;
  /** Unix milliseconds by the servers' clock. */
  readonly now: () => number;
  /** Keeps what must be put back at the job's end. */
  readonly keeper?: RestoreKeeper | undefined;
}

/** Brings the chosen machines to where the transition leads. */
export async function change(
  transition: Transition,
  plan: ChangePlan,
  tools: WorkTools,
): Promise<CommandResult> {
  const result = await carryOutAll(transitionSpec(transition, plan, tools), plan.choice, tools);
  plan.keeper?.end();
  return result;
}

/** What the engine has to do for a transition. */
export function transitionSpec(
  transition: Transition,
  { choice, options, timeout, keepAlive: hold, restores, now, keeper }: ChangePlan,
  tools: WorkTools,
): CommandSpec {
  const { verb, past, already, doing } = transition;
  const mayEnd = transition.ends || transition.fallback?.(options.wishes) !== undefined;
  const holding = hold === undefined || choice.dryRun ? undefined : new KeepAlive(hold, keeper, tools);
  const holdIt = (machine: MachineRef, how: Omit<MarkOptions, 'signal'> = {}) =>
    holding?.set(machine, { ...how, signal: tools.deadline.signal });
  const held = new Map<string, MarkOutcome>();
  // Checks take time, in which another job's end must not stop it.
  const besideChecks = async (machine: MachineRef, nonce: string | undefined) => {
    const it = await holdIt(machine, { nonce });
    if (it !== undefined) held.set(keyOf(machine), it);
  };
  const changer = new MachineChanger(transition, { ...options, besideChecks }, tools);
  const intent = intentOf(transition, options, now);
  return {
    kind: 'changes',
    words: { verb, past, already },
    doing,
    // Who is there already is held as well, and so goes through `carryOut`.
    intent: holding === undefined ? intent : { ...intent, reached: () => undefined },
    needs: (steps) => (timeout === undefined && mayEnd ? longestEnd(steps, options) : 0),
    warnings: (planned) => [
      ...proxyWarnings(transition, planned),
      ...(restores ? restoreWarnings(transition, planned) : []),
      ...(holding?.warnings ?? []),
    ],
    before: (steps) => keeper?.before(steps),
    carryOut: async (step, origin) => {
      const there = step.kind === 'await' ? intent.reached(step.machine) : undefined;
      const done =
        there === undefined
          ? await changer.carryOut(step, origin)
          : untouched(step.machine, 'unchanged', there);
      const { machine } = step;
      const isRequested = done.outcome === 'requested';
      const it =
        held.get(keyOf(machine)) ?? (isWell(done) ? await holdIt(machine, { isRequested }) : undefined);
      const result = it === undefined ? done : withMark(done, it);
      if (step.kind === 'change') keeper?.after(result);
      return result;
    },
  };
}

/** What a transition makes of a machine that is listed; `now` tells Unix milliseconds by the servers' clock. */
export function intentOf(transition: Transition, { wait, wishes }: ChangeOptions, now: () => number): Intent {
  const isDown: Intent['isUnderway'] = (machine) => transition.isDown && isNeverStarted(machine, now());
  const hasPassed: Intent['isUnderway'] = (machine) =>
    wait !== 'checks' || (!isSilent(machine) && isHealthy(machine));
  return {
    verb: transition.verb,
    guard: transition.guard,
    impossible: (machine) => (isDown(machine) ? undefined : transition.impossible?.(machine, wishes)),
    reached: (machine) => {
      if (isDown(machine)) return NEVER_STARTED;
      const goal = transition.goal(machine, wishes);
      if (!goal.isReached(machine) || !hasPassed(machine)) return undefined;
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

/** A machine may take its whole kill timeout to stop; the default deadline leaves room for that. */
function longestEnd(steps: readonly Task[], { wishes }: ChangeOptions): number {
  const longest = Math.max(0, ...steps.map(({ machine }) => killTimeoutOf(machine, wishes)));
  return steps.length === 0 ? 0 : roomFor(longest);
}
