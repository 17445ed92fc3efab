import type { Clock } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { ActionError } from '../../errors.js';
import type { MachinesClient } from '../../machines/api/client.js';
import type { AppMachine } from '../result/app-machine.js';
import {
  type CommandResult,
  type Failure,
  type MachineResult,
  resultLine,
  unreached,
  untouched,
  type Words,
} from '../result/result.js';
import { type Fleet, findMachines, judging, type Scope } from '../selection/fleet.js';
import { guardUnder, isUnbounded, unbounded } from '../selection/scope.js';
import {
  narrows,
  nothingChosen,
  noticesOf,
  requireExclusions,
  type Selected,
  select,
} from '../selection/selection.js';
import type { Selector } from '../selection/selector.js';
import { ofShard, type Shard, shardNotices, shareOf } from '../selection/shard.js';
import { notChosenNow } from '../selection/still-chosen.js';
import { withUnlisted } from '../selection/unlisted.js';
import { allLeftAlone, type Intent, type Planned, plan } from './plan.js';

/** Which machines a step is about, and how far it goes. */
export interface Choice {
  readonly scope: Scope;
  readonly selector: Selector;
  /** The share of the machines that is this job's; undefined: all. */
  readonly shard: Shard | undefined;
  readonly limit: number | undefined;
  readonly dryRun: boolean;
}

/** What a plan came to, before anything is sent. */
export interface PlanOverview {
  readonly apps: readonly string[];
  /** For sentences: `stop`. */
  readonly verb: string;
  /** Of the machines that nothing will be done to. */
  readonly settled: readonly MachineResult[];
}

/** Told of how the work goes on. */
export interface Progress {
  /** The plan is made; comes before the work, where there is any. */
  planned(plan: PlanOverview): void;
  /** Work on these machines begins; `past` says what was done to a machine that it went well with. */
  begin(doing: string, machines: readonly AppMachine[], past?: string): void;
  done(result: MachineResult): void;
  end(): void;
  /** Something is to be said of a machine while it is worked on. */
  tell(machine: AppMachine, what: string): void;
  /** Something is to be said of the work as a whole. */
  note(line: string): void;
  warn(line: string): void;
}

/** What a step works with; all effects come from here. */
export interface WorkTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly progress: Progress;
  /** Unix milliseconds by the servers' clock, as far as it is known; undefined: this machine's has to do. */
  readonly now?: (() => number) | undefined;
  /** Why the token can't change a machine, whatever isn't known; undefined: it names none. */
  readonly forbids?: ((machine: AppMachine) => ActionError | undefined) | undefined;
}

/** A machine that something is to be done with. */
export type Task = Extract<Planned, { kind: 'change' | 'await' }> & {
  /** What has come to speak against it since it was listed, by how it was read right before a request. */
  readonly against?: ((now: AppMachine) => string | undefined) | undefined;
};

/** What was found out of machines beside what was listed. */
export interface Findings {
  /** Why some are left alone. */
  readonly leftAlone: ReadonlyMap<AppMachine, string>;
  /** Apps of which it could not be found out. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

/** All that sets a command apart from the others. */
export interface CommandSpec {
  /** Whether it changes something, so that it must be told what. */
  readonly changes: boolean;
  /** Unless it finds out by itself what to change. */
  readonly choosesItself?: true;
  readonly words: Words;
  /** For the log: `Stopping`. */
  readonly doing: string;
  readonly intent: Intent;
  /** Whether the plan needs to know of leases. */
  readonly withLeases?: true;
  /** Finds out more of the machines that were chosen, before anything is planned. */
  readonly examine?: (selected: readonly Selected[], fleet: Fleet) => Promise<Findings>;
  /** How long the step may take unless that was said, in milliseconds; undefined: as long as any step. */
  readonly needs?: (doing: readonly Task[]) => number;
  /** What may go wrong later on with what is to be changed. */
  readonly warnings?: (planned: readonly Planned[]) => readonly string[];
  /** Called with what is about to be changed, before anything is. */
  readonly before?: (doing: readonly Task[]) => Promise<void> | undefined;
  /** Does it to one machine; never throws. `origin` is when the work began, by the clock. */
  readonly carryOut: (step: Task, origin: number) => Promise<MachineResult>;
}

/**
 * The engine of every command that does something with machines: list, select, plan, act on all side by side,
 * report. Each machine is tried and gets an outcome, whatever becomes of the others; only what concerns the step
 * as a whole is thrown.
 */
export async function carryOutAll(
  work: CommandSpec,
  choice: Choice,
  tools: WorkTools,
): Promise<CommandResult> {
  const { deadline, clock, progress } = tools;
  const { selector, scope } = choice;
  const mustBeTold = work.changes && work.choosesItself !== true;
  if (mustBeTold && !narrows(selector)) throw new ActionError('input', nothingChosen(work.words.verb));
  if (work.changes && isUnbounded(choice)) throw new ActionError('input', unbounded(work.words.verb));
  const { allowEmpty } = selector;
  const search = { scope, wants: 'whole', allowEmpty, leases: work.withLeases === true } as const;
  const fleet = await withUnlisted(await findMachines(tools, search), selector, tools);
  const judged = judging(selector, fleet);
  const selected = select(fleet.machines, judged);
  if (work.changes) requireExclusions(fleet.machines, judged);
  const ours = ofShard(selected, choice.shard);
  const guard = work.changes ? guardUnder(scope, work.intent.guard) : work.intent.guard;
  const found = await work.examine?.(ours, fleet);
  const impossible = (machine: AppMachine) =>
    found?.leftAlone.get(machine) ?? work.intent.impossible(machine);
  const hopeless = (machine: AppMachine) => tools.forbids?.(machine) ?? work.intent.hopeless?.(machine);
  const planned = plan(ours, { ...work.intent, guard, impossible, hopeless }, choice);
  const steps = planned.map((it) => (it.kind === 'change' || it.kind === 'await' ? it : settled(it)));
  const doing = steps.filter(isDoing);
  const needed = work.needs?.(doing) ?? 0;
  if (needed > deadline.left) deadline.set(deadline.elapsed + needed);
  const { words } = work;
  progress.planned({ apps: fleet.apps, verb: words.verb, settled: steps.filter(isSettled) });
  await work.before?.(doing);
  const begun = doing.map(({ machine }) => machine);
  if (doing.length > 0) progress.begin(work.doing, begun, words.counted ?? words.past);
  const origin = clock.now();
  const one = async (step: Task | MachineResult): Promise<MachineResult> => {
    if (!isDoing(step)) return step;
    const { isNamed = false } = step;
    const against = (now: AppMachine) =>
      notChosenNow(now, judged) ?? (isNamed ? undefined : guard(now)) ?? work.intent.impossible(now);
    const result = await work.carryOut({ ...step, against }, origin);
    progress.done(result);
    return result;
  };
  const machines = await Promise.all(steps.map(one)).finally(() => {
    if (doing.length > 0) progress.end();
  });
  return {
    apps: fleet.apps,
    machines,
    failures: [...fleet.failures, ...(found?.failures ?? [])],
    notices: [
      ...fleet.notices,
      ...noticesOf(fleet.machines, selected, selector),
      ...shardNotices(selected, ours),
      ...allLeftAlone(planned, words.verb),
    ],
    warnings: [...fleet.warnings, ...(found?.warnings ?? []), ...(work.warnings?.(planned) ?? [])],
    line:
      resultLine({ ...words, dryRun: choice.dryRun }, fleet.apps, machines) +
      shareOf(choice.shard) +
      unreached(fleet.failures),
  };
}

function isSettled(step: Task | MachineResult): step is MachineResult {
  return !isDoing(step);
}

function isDoing(step: Task | MachineResult): step is Task {
  return 'kind' in step;
}

/** The result of a machine that the plan alone decided on. */
function settled(step: Exclude<Planned, Task>): MachineResult {
  const { machine } = step;
  if (step.kind === 'fail') return { ...untouched(machine, 'failed'), error: step.error };
  if (step.kind === 'unchanged') return untouched(machine, 'unchanged', step.reason);
  const result = untouched(machine, 'skipped', step.reason);
  return step.wouldChange === undefined ? result : { ...result, wouldChange: step.wouldChange };
}
