import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { wasDenied } from '../owed/misled.js';
import { gives, staleness } from '../view/calm.js';
import { byOthers, type Life } from '../view/life.js';
import { lifeOf } from '../view/scope.js';
import { isLifecycle, leavesOpen } from '../view/sent.js';
import { statesIn, truthSpan, wholeRuns } from '../view/span.js';
import type { Told } from '../view/told.js';
import { type Wish, wishOf } from '../view/wish.js';
import { goalOf, hasRun } from './goals.js';

/** Promise that whatever is told to be done, was done. */
export const noWrongSuccess: Check = {
  name: 'no wrong success',
  promise:
    'A machine that a step reports as changed or unchanged really was where the step says, at some moment while it ran; and where it says that it changed it, the world took on a request of it.',
  look: (view, report) => {
    for (const run of wholeRuns(view.history)) {
      const wish = wishOf(run.step);
      for (const told of view.told(run) ?? []) lookAt(view, run, wish, told, report);
    }
  },
};

/** Settings by which the world tells untruths about which machines there are. */
function liesAboutThere({ script }: View, { spec }: Life): boolean {
  const { unseenMs, unseenTimes } = spec?.behaviour ?? {};
  const isHidden = unseenMs !== undefined || unseenTimes !== undefined;
  return isHidden || gives(script, 'unseenMs', 'unseenTimes', 'listShows', 'forgetMs');
}

function lookAt(view: View, run: ProcessRun, wish: Wish, told: Told, report: Report): void {
  const life = lifeOf(view, told.app, told.id);
  const at = { run: run.id, machine: told.id };
  if (life === undefined) {
    report.found(`tells of a machine that does not exist`, at);
    return;
  }
  if (told.outcome === 'skipped' || told.outcome === 'failed') return;
  const span = truthSpan(view, run);
  const states = statesIn(life, span);
  const isGoing = states.has('destroying') && wasDenied(run, life, view);
  const isLost = told.state === 'destroyed' && (liesAboutThere(view, life) || isGoing);
  if (isLost || gives(view.script, 'orgErrorRegions')) return;
  report.seen();
  if (!states.has(told.state))
    report.found(`says it is ${told.state}, which it was not while the step ran`, at);
  const goal = told.outcome === 'requested' ? undefined : goalOf(wish, told, life, span);
  if (goal?.wasThere === false) report.found(`says ${told.outcome}, but it never was ${goal.words}`, at);
  if (told.outcome === 'unchanged') return;
  if (wish.command === 'exec') {
    if (!hasRun(life, run)) report.found('says the command ran, which it did not', at);
    if ((life.spec?.program?.exitCode ?? 0) !== 0)
      report.found('says the command ended well, which it did not', at);
  } else if (!wasTaken(view, run, told, life))
    report.found(`says ${told.outcome}, but no request of it was taken on`, at);
}

/** Returns whether the world took on a change by this run, or may have been believed to. */
function wasTaken(view: View, run: ProcessRun, { app, id }: Told, life: Life): boolean {
  const isChange = (kind: string) =>
    isLifecycle(kind) || (run.step.command === 'label' && kind === 'metadata');
  const sent = view.sentBy(run).filter((it) => it.app === app && it.machine === id && isChange(it.kind));
  if (sent.some(({ accepted }) => accepted)) return true;
  // After an answer that says nothing, only the machine tells, and somebody else may have done the same.
  return (
    sent.some(leavesOpen) &&
    byOthers(life, run.id, run.startedAt - staleness(view.script), run.endedAt).some(
      ({ kind }) => kind === 'state' || kind === 'cordon',
    )
  );
}
