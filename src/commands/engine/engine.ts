import { ActionError } from '../../errors.js';
import type { AppMachine } from '../result/app-machine.js';
import { countsOf } from '../result/count-machines.js';
import {
  type CommandResult,
  type Failure,
  failedAtOnce,
  type MachineResult,
  resultLine,
  untouched,
} from '../result/result.js';
import { type Choice, type Chosen, choose, notChosenNow } from '../selection/choose.js';
import { guardUnder, requireBounds } from '../selection/scope.js';
import { narrows, nothingChosen } from '../selection/selection.js';
import type { CommandSpec, Findings, Task } from './command-spec.js';
import { allLeftAlone, type Intent, isToChange, type Planned, plan } from './plan.js';
import type { WorkTools } from './work-tools.js';

const NO_FINDINGS: Findings = { leftAlone: new Map(), failures: [], warnings: [] };

/**
 * Runs any command that works on machines: chooses them, plans, acts on all side by side, and reports. Each machine is
 * tried and gets an outcome, whatever becomes of the others. Throws only what concerns the step as a whole.
 */
export async function carryOutAll(
  spec: CommandSpec,
  choice: Choice,
  tools: WorkTools,
): Promise<CommandResult> {
  requireChoice(spec, choice);
  const changes = spec.kind !== 'reads';
  const leases = spec.kind === 'picks' || spec.readsLeases === true;
  const chosen = await choose(tools, choice, { wants: 'whole', leases, changes });
  const findings = (await spec.examine?.(chosen)) ?? NO_FINDINGS;

  const intent = boundedIntent(spec, choice, tools);
  const { leftAlone, failed } = findings;
  const decided = plan(chosen.selected, intent, { ...choice, leftAlone, failed });
  const planned = spec.worded === undefined ? decided : decided.map(spec.worded);
  const isHalted = haltedBefore([...chosen.fleet.failures, ...findings.failures], planned, tools);
  // Results of changes bear a machine that was read anew.
  const withFacts: WithFacts = (result, listed) => ({ ...result, ...findings.facts?.get(listed) });
  const steps = planned.map((it) => {
    if (isHalted !== undefined && isToChange(it))
      return withFacts(untouched(it.machine, 'skipped', isHalted), it.machine);
    if (it.kind === 'change' || it.kind === 'await') return withObjections(it, intent, chosen);
    return withFacts(settled(it), it.machine);
  });
  makeRoom(spec, steps.filter(isTask), tools);

  const { apps } = chosen.fleet;
  const { words, tellsUnchanged } = spec;
  tools.progress.planned({ apps, verb: words.verb, settled: steps.filter(isResult), tellsUnchanged });
  if (isHalted === undefined) for (const line of spec.outline?.(planned) ?? []) tools.progress.note(line);
  await spec.before?.(steps.filter(isTask));
  const machines = await actOnAll(steps, spec, withFacts, tools);
  return commandResult({ chosen, findings, planned, machines }, spec, choice, tools);
}

/** Throws an `input` error where a command that changes machines is not told which, or is told all of an organization. */
function requireChoice({ kind, words: { verb }, isBounded }: CommandSpec, choice: Choice): void {
  if (kind === 'changes' && !narrows(choice.selector)) throw new ActionError('input', nothingChosen(verb));
  if (kind !== 'reads' && isBounded !== true) requireBounds(choice, verb);
}

/** Adds to a command's intent what the scope and the token forbid. */
function boundedIntent({ kind, intent }: CommandSpec, { scope }: Choice, { forbids }: WorkTools): Intent {
  return {
    ...intent,
    guard: kind === 'reads' ? intent.guard : guardUnder(scope, intent.guard),
    hopeless: (machine) => forbids?.(machine) ?? intent.hopeless?.(machine),
  };
}

/** Adds to a task that its machine is looked at again, right before each request, as when it was planned. */
function withObjections(task: Task, { guard, impossible }: Intent, { selector }: Chosen): Task {
  const { isNamed = false } = task;
  const against: Task['against'] = (now) =>
    notChosenNow(now, selector) ?? (isNamed ? undefined : guard(now)) ?? impossible(now);
  return { ...task, against };
}

/** Returns why nothing is begun, where the step halts at a failure and something has failed already. */
function haltedBefore(
  failures: readonly Failure[],
  planned: readonly Planned[],
  { halt }: WorkTools,
): string | undefined {
  halt?.noteAll(failures);
  for (const it of planned) if (it.kind === 'fail') halt?.note(settled(it));
  return halt?.reason;
}

/** Extends the deadline where the tasks need more time than is left. */
function makeRoom({ needs }: CommandSpec, tasks: readonly Task[], { deadline }: WorkTools): void {
  const needed = needs?.(tasks) ?? 0;
  if (needed > deadline.left) deadline.set(deadline.elapsed + needed);
}

/** Function that adds to a result what was found out about its machine as listed. */
type WithFacts = (result: MachineResult, listed: AppMachine) => MachineResult;

/** Does all tasks side by side, and returns the result of each machine in the order of the plan. */
async function actOnAll(
  steps: readonly (Task | MachineResult)[],
  { doing, words, carryOut, complete, ended }: CommandSpec,
  withFacts: WithFacts,
  { clock, progress, halt }: WorkTools,
): Promise<MachineResult[]> {
  const tasks = steps.filter(isTask);
  if (tasks.length === 0) return steps.filter(isResult);
  const begun = tasks.map(({ machine }) => machine);
  progress.begin(doing, begun, words.counted ?? words.past);
  const origin = clock.now();
  const results = steps.map(async (step) => {
    if (!isTask(step)) return step;
    const done = await carryOut(step, origin);
    const result = withFacts((await complete?.(step, done)) ?? done, step.machine);
    halt?.note(result);
    progress.done(result);
    ended?.(step, result);
    return result;
  });
  return Promise.all(results).finally(() => progress.end());
}

/** Course of a command, from which its result is made. */
interface WorkDone {
  readonly chosen: Chosen;
  readonly findings: Findings;
  readonly planned: readonly Planned[];
  readonly machines: readonly MachineResult[];
}

function commandResult(
  { chosen, findings, planned, machines }: WorkDone,
  { words, warnings, standing }: CommandSpec,
  { dryRun }: Choice,
  { halt }: WorkTools,
): CommandResult {
  const { fleet, notices, ending } = chosen;
  const { apps } = fleet;
  const counts = countsOf({ ...words, dryRun }, machines);
  return {
    apps,
    machines,
    failures: [...fleet.failures, ...findings.failures],
    notices: [...notices, ...allLeftAlone(planned, words.verb)],
    warnings: [
      ...fleet.warnings,
      ...findings.warnings,
      ...(warnings?.(planned) ?? []),
      ...(halt?.warnings(machines) ?? []),
    ],
    standing: standing?.(planned) ?? [],
    counts,
    line: resultLine(counts, { apps, machines }) + ending,
  };
}

function isTask(step: Task | MachineResult): step is Task {
  return 'kind' in step;
}

function isResult(step: Task | MachineResult): step is MachineResult {
  return !isTask(step);
}

/** Returns the result of a machine that the plan alone decided on. */
function settled(step: Exclude<Planned, Task>): MachineResult {
  const { machine } = step;
  if (step.kind === 'fail') return failedAtOnce(machine, step.error);
  if (step.kind === 'unchanged') return untouched(machine, 'unchanged', step.reason);
  const { reason, wouldChange } = step;
  const skipped = untouched(machine, 'skipped', reason);
  return wouldChange === undefined ? skipped : { ...skipped, wouldChange };
}
