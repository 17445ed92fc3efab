import type { Check } from '../../checks/check.js';
import { type Life, stateAt } from '../../checks/view/life.js';
import type { ProcessRun } from '../../history/history.js';
import { isDownAt, isOfDown, markAt } from './facts.js';
import { notDueDown, notDueUp } from './hours-orders.js';
import type { HoursTruth } from './hours-truth.js';
import { inputOf, isAbout, isCalmRun, isUntouched, withinAt } from './step-facts.js';
import { truthOf } from './truth-of.js';
import { upRunAt } from './uptime.js';

/** Distance from whatever happens within which nobody can say what a step saw, in milliseconds. */
const MARGIN_MS = 5_000;
/** Events that Fly lists; with as many since an edge, nobody sees whether the machine was woken. */
const LISTED = 5;

/** Looks at each machine after a `hours` that nothing stood in the way of: whether it is where it belongs. */
export const hoursReached: Check = {
  name: 'hours bring each there',
  promise:
    'After a `hours` that nothing stood in the way of, each machine whose case is certain is up, or down with its mark, as its hours say, and those that stay as they are have kept state and mark.',
  look(view, report) {
    for (const run of view.history.runs) {
      const isWhole = run.step.command === 'hours' && run.part === 'main' && isCalmRun(view, run);
      if (!isWhole || inputOf(run, 'limit') !== undefined || inputOf(run, 'dry-run') === 'true') continue;
      const told = new Map((view.told(run) ?? []).map((it) => [`${it.app}/${it.id}`, it]));
      for (const [key, life] of view.lives) {
        if (!isAbout(run, life) || !isUntouched(life, run, MARGIN_MS)) continue;
        const wanted = wantedOf(truthOf(view), life, run);
        if (wanted === undefined) continue;
        report.seen();
        const row = told.get(key);
        const wrong =
          row === undefined
            ? 'the step does not tell of it'
            : (missed(life, run, wanted) ?? mistold(wanted, row.outcome));
        if (wrong !== undefined)
          report.found(
            `is to ${wanted.end} (${wanted.why}), but ${wrong}; it says ${row?.outcome}: ${row?.reason ?? ''}`,
            { run: run.id, machine: life.id },
          );
      }
    }
  },
};

/** Case of a machine: where it is to be when the step has ended, and whether with the mark. */
interface Wanted {
  readonly end: 'come up' | 'go down' | 'stay';
  readonly isMarked: boolean;
  readonly why: string;
}

function wantedOf(truth: HoursTruth, life: Life, run: ProcessRun): Wanted | undefined {
  const at = { life, run };
  const [before, after] = [run.startedAt - MARGIN_MS, run.endedAt + MARGIN_MS];
  const state = stateAt(life, run.startedAt);
  if (state !== 'started' && state !== 'stopped' && state !== 'suspended') return undefined;
  const within = withinAt(truth, { ...at, time: run.startedAt });
  const isMarked = markAt(life, 'hours', run.startedAt) !== undefined;
  if (typeof within === 'string') return { end: 'stay', isMarked, why: within };
  if ((within.last ?? 0) > before || (within.next ?? Number.POSITIVE_INFINITY) < after) return undefined;
  const question = { ...at, truth, time: run.startedAt };
  const [notDown, notUp] = [notDueDown(question), notDueUp(question)];
  if (notUp === undefined)
    return isObedient(life) ? { end: 'come up', isMarked: false, why: 'due' } : undefined;
  // What it holds on to for some time may end meanwhile.
  if (notDown !== undefined && notDueDown({ ...question, time: run.endedAt }) === undefined) return undefined;
  if (notDown !== undefined)
    return {
      end: 'stay',
      isMarked:
        isMarked && !(within.isIn && state === 'started' && isOfDown(markAt(life, 'hours', run.startedAt))),
      why: notDown,
    };
  const isSeen =
    eventsSince(life, within.last ?? 0, run.startedAt) < LISTED &&
    upRunAt(life, run.startedAt)?.isVague === false;
  return isSeen && isObedient(life) ? { end: 'go down', isMarked: true, why: 'due' } : undefined;
}

/** Returns whether a machine does what it is told; of others, nobody can say where they end. */
function isObedient({ spec, born }: Life): boolean {
  const { boot, start, suspend, lingersMs } = spec?.behaviour ?? {};
  return (
    boot === undefined &&
    start === undefined &&
    suspend === undefined &&
    lingersMs === undefined &&
    born !== undefined
  );
}

/** Returns how many events a machine has had since a time, at most. */
function eventsSince({ happenings }: Life, from: number, until: number): number {
  return happenings.filter(({ at, kind }) => at >= from && at <= until && kind !== 'lease').length;
}

function missed(life: Life, run: ProcessRun, { end, isMarked }: Wanted): string | undefined {
  const isDown = isDownAt(life, run.endedAt);
  const state = stateAt(life, run.endedAt);
  if (end === 'come up' && state !== 'started') return `it is ${state}`;
  if (end === 'go down' && !isDown) return `it is ${state}`;
  if (end === 'stay' && state !== stateAt(life, run.startedAt)) return `it is ${state}`;
  const mark = markAt(life, 'hours', run.endedAt);
  if ((mark !== undefined) !== isMarked)
    return isMarked ? 'it bears no mark' : `it bears the mark "${mark?.value}"`;
  return undefined;
}

function mistold({ end }: Wanted, outcome: string): string | undefined {
  return (outcome === 'changed') === (end === 'stay') ? 'that is not what it tells' : undefined;
}
