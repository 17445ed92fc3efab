import type { Check, View } from '../../checks/check.js';
import { isBy, type Life, metadataAt } from '../../checks/view/life.js';
import { lifeOf } from '../../checks/view/scope.js';
import type { Sent } from '../../checks/view/sent.js';
import type { ProcessRun } from '../../history/history.js';
import { isOfDown, markAt, markIn } from './facts.js';
import { lastSeen } from './moments.js';
import { markNameOf, ordersOf } from './step-facts.js';

/** Looks at each stop of a step that marks: whether the mark stood before it, and stood when the step told of it. */
export const markedFirst: Check = {
  name: 'the mark stands first',
  promise:
    'What a step puts down under a mark bears it before the order reaches Fly, and still when the step tells of it as changed, even where a deploy has written over it meanwhile; what could not be marked is left up.',
  look(view, report) {
    for (const run of view.history.runs) {
      const name = run.part === 'main' ? markNameOf(run) : undefined;
      if (name === undefined || run.step.command === 'start') continue;
      for (const sent of ordersOf(view, run)) {
        const life = lifeOf(view, sent.app, sent.machine);
        if (sent.kind === 'start' || life === undefined) continue;
        report.seen();
        const at = { run: run.id, machine: life.id, time: sent.exchange.at };
        if (!wasMarked(life, run, name, sent)) report.found(`ordered to ${sent.kind} without its mark`, at);
        else if (isLost(view, run, life, name)) report.found('told as changed, and its mark was lost', at);
      }
    }
  },
};

function wasMarked(life: Life, run: ProcessRun, name: string, { exchange: { at } }: Sent): boolean {
  if (isOfDown(markAt(life, name, at))) return true;
  // A deploy may write over it in between; what the step took off itself was gone.
  const own = life.happenings.findLast(
    (it) => it.kind === 'metadata' && it.key === `marked-${name}` && it.at <= at && isBy(it, run.id),
  );
  return own?.kind === 'metadata' && isOfDown(markIn(own.after));
}

/** Returns whether a machine that is told as changed was left without the mark, although the step had read that. */
function isLost(view: View, run: ProcessRun, life: Life, name: string): boolean {
  const row = view.told(run)?.find(({ app, id }) => app === life.app && id === life.id);
  if (row?.outcome !== 'changed' || metadataAt(life, `marked-${name}`, run.endedAt) !== undefined)
    return false;
  const lost = life.happenings.findLast(
    (it) =>
      it.kind === 'metadata' && it.key === `marked-${name}` && it.at <= run.endedAt && it.after === undefined,
  );
  if (lost === undefined || isBy(lost, run.id)) return lost !== undefined;
  // Another step may have done the opposite.
  return lost.cause.kind !== 'request' && lost.at < lastSeen(view, run, life, run.endedAt);
}
