import type { Check, Report, View } from '../checks/check.js';
import { downBy, servedAt } from '../checks/limits/down-by-us.js';
import { certainlyFits } from '../checks/view/chosen.js';
import { byOthers } from '../checks/view/life.js';
import { truthSpan, wholeRuns } from '../checks/view/span.js';
import { wishOf } from '../checks/view/wish.js';
import type { ProcessRun } from '../history/history.js';

/** Promise that a restart tells of all machines, and of none as restarted that didn't come back. */
export const cameBack: Check = {
  name: 'restarted means back',
  promise:
    'Each machine that a restart chose has an outcome, be the step red or green; one that is told as changed had gone down and come back; a green step leaves none of them down.',
  look: (view, report) => {
    for (const run of wholeRuns(view.history)) if (run.step.command === 'restart') lookAt(view, run, report);
  },
};

function lookAt(view: View, run: ProcessRun, report: Report): void {
  const { wait = 'auto' } = run.step.inputs;
  const told = view.told(run) ?? [];
  const span = truthSpan(view, run);
  for (const [key, life] of view.lives) {
    const row = told.find(({ app, id }) => `${app}/${id}` === key);
    const at = { run: run.id, machine: life.id };
    const isListed = told.some(({ app }) => app === life.app) && life.spec?.behaviour?.zombie !== true;
    const isGone = life.states.some(({ is }) => is === 'destroyed');
    if (row === undefined && isListed && !isGone && certainlyFits(wishOf(run.step), life, span))
      report.found('has no outcome', at);
    const isNew = life.happenings.some(({ kind }) => kind === 'version');
    if (row?.outcome !== 'changed' || isNew || wait === 'false' || !servedAt(life, run.startedAt)) continue;
    report.seen();
    const down = downBy(life, run, wait !== 'true');
    // Where nobody knows whose change it was, the step may take it for its own.
    const isMixed = byOthers(life, run.id, span.from, span.until).some(({ kind }) => kind === 'state');
    if (down.length === 0 && !isMixed) report.found('is told as changed, and was never down', at);
    if (down.some(({ until }) => until > run.endedAt))
      report.found(`is told as changed, and had not come back: ${row.reason}`, at);
  }
}
