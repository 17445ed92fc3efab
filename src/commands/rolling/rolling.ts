import { ActionError } from '../../errors.js';
import { hasChecks, isSilent } from '../../machines/checks.js';
import { GONE_STATE } from '../../machines/look.js';
import { killTimeoutOf, type TransitionOptions } from '../../machines/transitions.js';
import type { CommandSpec } from '../engine/command-spec.js';
import { isToChange } from '../engine/plan.js';
import type { SentRequests } from '../engine/sent-requests.js';
import { pauseFor, type Settle } from '../engine/settling.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { AppMachine } from '../result/app-machine.js';
import { failedAtOnce, type MachineResult, untouched } from '../result/result.js';
import type { Choice } from '../selection/choose.js';
import { type After, GroupTurns, type NoTurn } from './group-turns.js';
import { type RollingGroup, rollingGroups } from './groups.js';
import type { MaxUnavailable } from './max-unavailable.js';
import { type MachineTimes, timeFor } from './time-for.js';
import { outlineOf, shardWarnings } from './words.js';

/** Options of changing machines a few at a time. */
export interface RollingPlan {
  readonly most: MaxUnavailable;
  readonly choice: Pick<Choice, 'shard' | 'dryRun'>;
  /** Time limit of the whole step, in ms; undefined: room for all rounds. */
  readonly timeout: number | undefined;
  readonly wishes: TransitionOptions;
  /** True where health checks are waited for. */
  readonly waitsForChecks: boolean;
  /** Time after which a machine that is up is looked at once more. */
  readonly settle: Settle;
  /** Requests of the step: only a request can have taken a machine down. */
  readonly requests: SentRequests;
}

/**
 * Makes a command that takes machines down for a while do so a few at a time, by process group of each app. A machine
 * counts as down from its turn until its work is done, and for good where that failed after a request went out, or its process
 * has ended since.
 */
export function rolled(spec: CommandSpec, plan: RollingPlan, tools: WorkTools): CommandSpec {
  const { most, choice, timeout, requests } = plan;
  const { deadline, halt, progress } = tools;
  const groupsOf = (machines: readonly { readonly machine: AppMachine }[]) =>
    rollingGroups(
      machines.map(({ machine }) => machine),
      most,
    );
  const needed = (groups: readonly RollingGroup[]) =>
    timeout === undefined ? timeFor(groups, timesOf(plan)) : 0;
  let turns: ReadonlyMap<AppMachine, GroupTurns> = new Map();
  return {
    ...spec,
    needs: (tasks) => needed(groupsOf(tasks)),
    outline: (planned) => {
      const groups = groupsOf(planned.filter(isToChange));
      const ms = Math.max(deadline.left, needed(groups));
      return outlineOf(groups, ms, choice.dryRun);
    },
    warnings: (planned) => [
      ...(spec.warnings?.(planned) ?? []),
      ...shardWarnings(choice.shard, groupsOf(planned.filter(isToChange))),
    ],
    before: (tasks) => {
      const all = groupsOf(tasks).map(
        (group) => new GroupTurns(group, { deadline, halt, turn: progress.turn, round: progress.round }),
      );
      turns = new Map(all.flatMap((group) => group.machines.map((machine) => [machine, group] as const)));
      return spec.before?.(tasks);
    },
    carryOut: async (task, origin) => {
      const { machine } = task;
      const turn = await turns.get(machine)?.of(machine);
      if (turn !== undefined && 'never' in turn) return neverBegun(machine, turn);
      return spec.carryOut({ ...task, ...turn }, origin);
    },
    ended: ({ machine }, result) => {
      const after = afterTurn(result, requests.has(machine));
      turns.get(machine)?.end(machine, after, result.outcome === 'failed');
    },
  };
}

/** Returns in which condition a machine is after its turn; `isSent`: a request that Fly hasn't clearly refused went out to it. */
function afterTurn({ outcome, state, machine, hasEnded }: MachineResult, isSent: boolean): After {
  if (outcome === 'changed' || outcome === 'unchanged') {
    if (state === 'started' || machine.isOneShot) return 'back';
    // One that has ended, be it with code 0, serves no more since our restart; one that others have stopped shows nothing.
    return hasEnded === true ? 'down' : 'lost';
  }
  // One that was called off after a lost answer may be down by us as well; one that others have destroyed is not.
  const isTaken = outcome === 'skipped' && state === GONE_STATE && !machine.autoDestroy;
  if (isSent && !isTaken) return 'down';
  return state === 'started' ? 'left' : 'lost';
}

function neverBegun(machine: AppMachine, { never, mustFail }: NoTurn): MachineResult {
  if (!mustFail) return untouched(machine, 'skipped', never);
  const hint = 'Look at what did not come back: `fly machine status` and `fly logs` show why.';
  return failedAtOnce(machine, new ActionError('wrong state', never, { hint }));
}

function timesOf({ wishes, waitsForChecks, settle }: RollingPlan): MachineTimes {
  return {
    killTimeout: (machine) => killTimeoutOf(machine, wishes),
    hasChecks: (machine) => waitsForChecks && (hasChecks(machine) || isSilent(machine)),
    settling: (machine) =>
      pauseFor(settle, { isOurs: true, isProven: waitsForChecks && hasChecks(machine) }).ms,
  };
}
