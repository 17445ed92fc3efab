import type { Check, View } from '../../checks/check.js';
import { type Life, stateAt } from '../../checks/view/life.js';
import { lifeOf } from '../../checks/view/scope.js';
import type { ProcessRun } from '../../history/history.js';
import { isDownAt, isOfDown, markAt } from './facts.js';
import { momentsBefore, wrongAtAll } from './moments.js';
import { inputOf, isAbout, isCalmRun, isUntouched, ordersOf } from './step-facts.js';

const MARGIN_MS = 3_000;

/** Looks at evenings and mornings: whether a morning starts exactly what an evening has put down. */
export const nights: Check = {
  name: 'mornings undo evenings',
  promise:
    'A step with `marked` orders only machines that bear the mark. After an evening that nothing stood in the way of, all that was up is down and marked; after such a morning, all that bore the mark is up without it.',
  look(view, report) {
    for (const run of view.history.runs) {
      const { command } = run.step;
      const [mark, marked] = [inputOf(run, 'mark'), inputOf(run, 'marked')];
      if (run.part !== 'main' || (mark === undefined && marked === undefined)) continue;
      const found = (what: string, machine: string) => report.found(what, { run: run.id, machine });
      if (marked !== undefined)
        for (const sent of ordersOf(view, run)) {
          const life = lifeOf(view, sent.app, sent.machine);
          report.seen();
          const bore = (time: number) =>
            life !== undefined && isOfDown(markAt(life, marked, time))
              ? undefined
              : `it did not bear ${marked}`;
          const why = life && wrongAtAll(momentsBefore(view, run, life, sent), bore);
          if (why !== undefined) found(`ordered to ${sent.kind}, but ${why}`, sent.machine);
        }
      if (!isWholeRun(view, run)) continue;
      for (const life of view.lives.values()) {
        if (!isAbout(run, life) || !isUntouched(life, run, MARGIN_MS) || !isTame(life)) continue;
        const wrong =
          command === 'start' ? unwoken(life, run, marked ?? '') : notPutDown(life, run, mark ?? '');
        report.seen();
        if (wrong !== undefined) found(wrong, life.id);
      }
    }
  },
};

/** Returns whether a step went through all of its machines. */
function isWholeRun(view: View, run: ProcessRun): boolean {
  const isBounded = inputOf(run, 'limit') !== undefined || inputOf(run, 'dry-run') === 'true';
  const isHalted = inputOf(run, 'on-failure') === 'stop' && run.succeeded !== true;
  return !isBounded && !isHalted && run.step.command !== 'stop-idle' && isCalmRun(view, run);
}

function isTame({ spec }: Life): boolean {
  const { boot, start, suspend, lingersMs } = spec?.behaviour ?? {};
  const isOneShot = spec?.config?.auto_destroy === true;
  return [boot, start, suspend, lingersMs].every((it) => it === undefined) && !isOneShot;
}

/** States of what is down already, and so is neither changed nor marked. */
const DOWN: readonly string[] = ['stopped', 'suspended', 'failed'];

function notPutDown(life: Life, run: ProcessRun, name: string): string | undefined {
  const [before, after] = [stateAt(life, run.startedAt), stateAt(life, run.endedAt)];
  if (before !== 'started' && !DOWN.includes(before ?? '')) return undefined;
  if (before !== 'started') return before === after ? undefined : `was ${before}, and is ${after}`;
  if (!isDownAt(life, run.endedAt)) return `is ${after} after the evening`;
  return isOfDown(markAt(life, name, run.endedAt)) ? undefined : 'was put down, and bears no mark';
}

function unwoken(life: Life, run: ProcessRun, name: string): string | undefined {
  const [before, after] = [stateAt(life, run.startedAt), stateAt(life, run.endedAt)];
  if (!isOfDown(markAt(life, name, run.startedAt)))
    return before === after ? undefined : `was ${before} without the mark, and is ${after}`;
  if (before !== 'started' && before !== 'stopped' && before !== 'suspended') return undefined;
  if (after !== 'started') return `bore the mark, and is ${after} after the morning`;
  return markAt(life, name, run.endedAt) === undefined ? undefined : 'is up, and bears the mark still';
}
