import type { Check } from '../../checks/check.js';
import { lifeOf } from '../../checks/view/scope.js';
import { lastSeen } from './moments.js';
import { inputOf, isCalmRun, ordersOf } from './step-facts.js';

/** Longest time from the last look at a machine to the order, in milliseconds: the mark is written in between. */
const LATELY_MS = 15_000;

/** Looks at the orders of steps that find out by themselves what to order: whether they had looked right before. */
export const lookedLately: Check = {
  name: 'looks right before',
  promise:
    '`hours` and `stop-idle` read a machine right before they order anything, so that a change of another client since the list still counts.',
  look(view, report) {
    for (const run of view.history.runs) {
      const { command } = run.step;
      if ((command !== 'hours' && command !== 'stop-idle') || run.part !== 'main') continue;
      if (inputOf(run, 'wait') === 'false' || !isCalmRun(view, run)) continue;
      for (const sent of ordersOf(view, run)) {
        const life = lifeOf(view, sent.app, sent.machine);
        if (life === undefined) continue;
        report.seen();
        const age = sent.exchange.at - lastSeen(view, run, life, sent.exchange.at);
        if (age > LATELY_MS)
          report.found(`ordered to ${sent.kind} after what it had read ${age} ms before`, {
            run: run.id,
            machine: life.id,
          });
      }
    }
  },
};
