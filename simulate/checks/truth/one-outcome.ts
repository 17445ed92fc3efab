import type { ProcessRun } from '../../history/history.js';
import type { Check, View } from '../check.js';
import { wasDenied } from '../owed/misled.js';
import { byOthers, isBy, type Life } from '../view/life.js';
import { lifeOf } from '../view/scope.js';
import { isLifecycle, type Sent } from '../view/sent.js';
import { wholeRuns } from '../view/span.js';
import { isTold, jsonIn, OUTCOMES, type Told } from '../view/told.js';
import { wishOf } from '../view/wish.js';

/** Commands that tell of machines. */
const OF_MACHINES = (command: string) => command !== 'auth' && command !== 'inspect';

/** Begin of the error of what a cancel has kept from its work. */
const CANCELLED = 'cancelled: ';

/** Promise that outputs are whole and agree with each other, with the world and with the step's color. */
export const oneOutcome: Check = {
  name: 'one outcome each',
  promise:
    'Each machine that a step chose has one outcome, and outputs, file and color of the step agree with these; what a step changed is told as changed, requested or failed.',
  look: (view, report) => {
    for (const run of wholeRuns(view.history)) {
      const { outputs } = run;
      // A step without a place for its outputs can't write them.
      if (lacksOutputs(view, run)) continue;
      report.seen();
      const found = (what: string, machine?: string) =>
        report.found(what, { run: run.id, ...(machine !== undefined && { machine }) });
      const list = jsonIn(outputs['machines']);
      if (!Array.isArray(list) || !list.every(isTold)) {
        found(`has no well-formed output \`machines\`: ${outputs['machines']?.slice(0, 80)}`);
        continue;
      }
      lookAtOutputs(outputs, list, found);
      lookAtFile(view, run, found);
      lookAtColor(run, list, found);
      if (OF_MACHINES(run.step.command)) lookAtChanges(view, run, list, found);
      else if (list.length > 0) found('tells of machines, which it has nothing to do with');
    }
  },
};

type Found = (what: string, machine?: string) => void;

function lacksOutputs({ script }: View, { job }: ProcessRun): boolean {
  return script.jobs.find(({ name }) => name === job)?.lacks?.includes('GITHUB_OUTPUT') === true;
}

function lookAtOutputs(outputs: ProcessRun['outputs'], list: readonly Told[], found: Found): void {
  const seen = new Set<string>();
  for (const { app, id, outcome, error } of list) {
    const key = `${app}/${id}`;
    if (seen.has(key)) found('has two outcomes', id);
    seen.add(key);
    if (!OUTCOMES.includes(outcome)) found(`has the outcome ${outcome}`, id);
    if ((error !== null) !== (outcome === 'failed')) found(`is ${outcome} with error ${error}`, id);
  }
  const idsOf = (...outcomes: readonly string[]) =>
    list.filter(({ outcome }) => outcomes.includes(outcome)).map(({ id }) => id);
  const lists: readonly (readonly [string, string, readonly string[]])[] = [
    ['machine-ids', 'count', idsOf('changed', 'unchanged', 'requested', 'failed')],
    ['changed-ids', 'changed-count', idsOf('changed', 'requested')],
    ['failed-ids', 'failed-count', idsOf('failed')],
  ];
  for (const [name, count, ids] of lists) {
    if (outputs[name] !== JSON.stringify(ids))
      found(`has ${name} ${outputs[name]}, not ${JSON.stringify(ids)}`);
    if (outputs[count] !== String(ids.length)) found(`has ${count} ${outputs[count]}, not ${ids.length}`);
  }
}

/** Compares the file with the output, where a file is left: later steps may have emptied the folder. */
function lookAtFile({ history, script }: View, { outputs, job }: ProcessRun, found: Found): void {
  const path = outputs['machines-file'];
  const runner = script.jobs.find(({ name }) => name === job)?.runner;
  if (path === undefined) {
    found('has no output `machines-file`');
    return;
  }
  const file = history.left[runner ?? '']?.find(({ name }) => path.endsWith(`/${name}`));
  if (file !== undefined && file.text !== outputs['machines'])
    found('has a file that differs from the output `machines`');
}

/** Compares the color with the outcomes: red where something failed, unless it was to warn only. */
function lookAtColor(
  { step, succeeded, cancelledAt, printed }: ProcessRun,
  list: readonly Told[],
  found: Found,
): void {
  const failed = list.filter(({ outcome }) => outcome === 'failed');
  const { warns, command } = wishOf(step);
  // A machine that failed may have been replaced by another.
  if (succeeded === true && failed.length > 0 && !warns && command !== 'warm-up')
    found('is green although it failed', failed[0]?.id);
  if (succeeded !== true || cancelledAt === undefined) return;
  const cancelled = failed.find(({ error }) => error?.startsWith(CANCELLED) === true);
  const isTold =
    list.length === 0 && printed.some(({ level, text }) => level === 'warning' && text.startsWith(CANCELLED));
  if (cancelled !== undefined || isTold) found('is green although it was cancelled', cancelled?.id);
}

/** Looks for machines that the run really changed, and that it does not tell as changed. */
function lookAtChanges(view: View, run: ProcessRun, list: readonly Told[], found: Found): void {
  const sent = view
    .sentBy(run)
    .filter(({ kind, accepted }) => accepted && (isLifecycle(kind) || kind === 'exec'));
  const told = new Map(list.map((it) => [`${it.app}/${it.id}`, it]));
  const seen = new Set<string>();
  for (const it of sent) {
    const { app, machine } = it;
    const life = lifeOf(view, app, machine);
    const key = `${app}/${machine}`;
    if (life === undefined || seen.has(key) || !hadEffect(it, life, run) || isHidden(it)) continue;
    seen.add(key);
    const outcome = told.get(key)?.outcome;
    if (outcome === 'skipped' && (wentAway(life, run) || isUndone(told.get(key), life, run))) continue;
    const isCalledGone = outcome === 'skipped' && told.get(key)?.reason.startsWith('gone: ') === true;
    if (isCalledGone && wasDenied(run, life, view)) continue;
    // A step that failed as a whole tells of no machine; what it did stands in its error.
    if (outcome === undefined && list.length > 0)
      found(`was changed by ${it.kind}, and the step doesn't tell of it`, machine);
    if (outcome === 'skipped' || outcome === 'unchanged')
      found(`was changed by ${it.kind}, and the step says ${outcome}: ${told.get(key)?.reason}`, machine);
  }
}

/** Returns whether somebody else has destroyed a machine while the run was at it: then what it changed is gone. */
function wentAway(life: Life, { id, startedAt, endedAt }: ProcessRun): boolean {
  return byOthers(life, id, startedAt, endedAt).some((it) => it.kind === 'state' && it.to === 'destroyed');
}

/** Returns whether somebody else has undone what the run changed, which says that it had asked for it. */
function isUndone(told: Told | undefined, life: Life, { id, startedAt, endedAt }: ProcessRun): boolean {
  const isOwned = told?.reason.includes('was sent before') === true;
  return isOwned && byOthers(life, id, startedAt, endedAt).some(({ kind }) => kind === 'state');
}

/** Returns whether a request changed something the moment it arrived. */
export function hadEffect({ exchange }: Sent, { happenings }: Life, { id }: ProcessRun): boolean {
  return happenings.some(
    (it) =>
      (it.kind === 'state' || it.kind === 'cordon' || it.kind === 'exec') &&
      it.at >= exchange.at &&
      it.at <= exchange.endedAt &&
      isBy(it, id),
  );
}

/** Returns whether its sender was told, by a plain refusal that is not the world's, that nothing came of it. */
function isHidden({ isClear, exchange: { reply } }: Sent): boolean {
  return !isClear && !('fault' in reply) && reply.status >= 400 && reply.status < 500;
}
