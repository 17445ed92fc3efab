import type { UnixMs } from '../../clock.js';
import { guardOf } from '../../machines/machine/guards.js';
import { TRANSITIONS, type Transition, type TransitionName } from '../../machines/transitions.js';
import { joined } from '../../text.js';
import { type ChangePlan, transitionSpec } from '../change.js';
import type { CommandSpec } from '../engine/command-spec.js';
import { carryOutAll } from '../engine/engine.js';
import type { Planned } from '../engine/plan.js';
import type { WorkTools } from '../engine/work-tools.js';
import { HOURS } from '../marks/mark.js';
import { type Account, accountOf } from '../result/account.js';
import type { AppMachine } from '../result/app-machine.js';
import type { CommandResult } from '../result/result.js';
import { strangeMarks } from '../selection/selection.js';
import { HoursJudge, type Way } from './judge.js';

/** Options of `hours`; its mark is written to what it puts down. */
export interface HoursPlan extends ChangePlan {
  readonly action: Extract<TransitionName, 'stop' | 'suspend'>;
  /** Hours of machines that have none in their metadata; undefined: those are left alone. */
  readonly defaultHours: string | undefined;
}

/**
 * Brings each machine to where its hours say that it belongs now: starts what `hours` has put down, puts down what is up, and
 * leaves alone what somebody has woken or put down meanwhile.
 */
export async function hours(plan: HoursPlan, tools: WorkTools): Promise<CommandResult> {
  const judge = new HoursJudge(plan.defaultHours, plan.now);
  const result = await carryOutAll(hoursSpec(plan, judge, tools), plan.choice, tools);
  const woken = result.machines.map(({ machine }) => machine).filter((it) => judge.on(it)?.wants === 'up');
  const notices = [...result.notices, ...strangeMarks(woken, HOURS)];
  return { ...result, notices, accounts: accountsOf(result, judge, plan.now()) };
}

/** Accounts for the hours that what was brought down stays down, and what was brought up stays up, until its next edge. */
function accountsOf({ machines }: CommandResult, judge: HoursJudge, now: UnixMs): Account[] {
  const timesOf = (way: Way) =>
    machines.flatMap(({ machine, outcome, wouldChange }): [AppMachine, number][] => {
      const { wants, next } = judge.on(machine) ?? {};
      const isBrought = outcome === 'changed' || outcome === 'requested' || wouldChange !== undefined;
      return isBrought && wants === way && next !== undefined ? [[machine, Math.max(0, next - now)]] : [];
    });
  return (['down', 'up'] as const).map((way) => accountOf(`${way} until the next edge`, timesOf(way)));
}

/** Returns the spec of both transitions together: each machine needs one of them at most. */
function hoursSpec(plan: HoursPlan, judge: HoursJudge, tools: WorkTools): CommandSpec {
  const { choice, options, mark, action, defaultHours } = plan;
  const { start, [action]: putDown } = TRANSITIONS;
  const sided = (way: Way, by: Transition, onLease: 'wait' | 'skip') => ({
    ...options,
    onLease,
    isWary: true,
    recheck: judge.recheck(way, by, options.wishes),
  });
  const up = transitionSpec(start, { ...plan, options: sided('up', start, 'wait'), mark: undefined }, tools);
  const down = transitionSpec(putDown, { ...plan, options: sided('down', putDown, 'skip'), mark }, tools);
  const isDown = (machine: AppMachine) => judge.on(machine)?.wants === 'down';
  const placed = (machine: AppMachine, reason: string) => joined(reason, judge.on(machine)?.place ?? '');
  const needsOf = ({ needs }: CommandSpec, tasks: Parameters<NonNullable<CommandSpec['needs']>>[0]) =>
    needs?.(tasks) ?? 0;

  return {
    kind: 'picks',
    // Without hours of its own, no machine is touched.
    isBounded: defaultHours === undefined,
    tellsUnchanged: true,
    words: {
      verb: `start or ${putDown.verb}`,
      past: 'done',
      already: 'already as it should be',
      directions: [
        { ...start, has: (machine) => !isDown(machine) },
        { ...putDown, has: isDown },
      ],
    },
    doing: `Starting or ${putDown.doing.toLowerCase()}`,
    intent: {
      verb: `start or ${putDown.verb}`,
      guard: guardOf,
      impossible: () => undefined,
      reached: (machine) => {
        const verdict = judge.on(machine);
        return verdict?.isRight === true ? verdict.why : undefined;
      },
      visitsReached: (machine) =>
        judge.on(machine)?.isMarked === true && up.intent.visitsReached?.(machine) === true,
      isUnderway: () => false,
    },
    examine: async ({ selected }) => judge.examine(selected, choice.scope),
    worded: (planned) => {
      const { machine } = planned;
      if (planned.kind === 'unchanged') return { ...planned, reason: placed(machine, planned.reason) };
      if (planned.kind !== 'skip') return planned;
      if (planned.wouldChange === undefined) return { ...planned, reason: placed(machine, planned.reason) };
      const { verb } = isDown(machine) ? putDown : start;
      return { ...planned, reason: placed(machine, `dry run: would ${verb}`), wouldChange: verb };
    },
    needs: (tasks) => {
      const downward = tasks.filter(({ machine }) => isDown(machine));
      const upward = tasks.filter(({ machine }) => !isDown(machine));
      return Math.max(needsOf(down, downward), needsOf(up, upward));
    },
    // What wakes a machine within its hours may stop it as well.
    standing: (planned: readonly Planned[]) =>
      down.standing?.(planned.filter(({ machine }) => isDown(machine))) ?? [],
    warnings: (planned: readonly Planned[]) => [
      ...(up.warnings?.([]) ?? []),
      ...(down.warnings?.(planned.filter(({ machine }) => isDown(machine))) ?? []),
    ],
    carryOut: (task, origin) => (isDown(task.machine) ? down : up).carryOut(task, origin),
    complete: async ({ machine }, done) => ({ ...done, reason: placed(machine, done.reason) }),
  };
}
