import type { ProcessRun } from '../../history/history.js';
import type { Check, View } from '../check.js';
import { isLifecycle, type Sent } from '../view/sent.js';
import { wishOf } from '../view/wish.js';

/** Milliseconds after which a bucket of any rate is full again. */
const REFILL_MS = 5_000;

/** Promise that no step asks for more than it may. */
export const placesAndRates: Check = {
  name: 'places and rates kept',
  promise:
    'A step has at most `max-concurrent` changes in flight at once, and alone it never meets the limits of rate that Fly documents.',
  look: (view, report) => {
    for (const run of view.history.runs) {
      const sent = view.sentBy(run);
      const taking = sent.filter(({ kind }) => isLifecycle(kind) || kind === 'exec');
      if (run.part === 'main' && taking.length > 0) {
        report.seen();
        const most = mostAtOnce(taking);
        const { maxConcurrent } = wishOf(run.step);
        if (most > maxConcurrent)
          report.found(`had ${most} changes in flight at once, of at most ${maxConcurrent}`, { run: run.id });
      }
      if (hasJumps(view, run)) continue;
      const refused = sent.find((it) => it.exchange.answer?.status === 429 && isAlone(view, run, it));
      if (sent.length > 0) report.seen();
      if (refused !== undefined)
        report.found(
          `was refused for its rate although it was alone: ${refused.exchange.request.method} ${refused.kind}`,
          {
            run: run.id,
            machine: refused.machine,
            time: refused.exchange.at,
          },
        );
    }
  },
};

function mostAtOnce(sent: readonly Sent[]): number {
  const edges = sent.flatMap(({ exchange: { at, endedAt } }) => [
    { at, by: 1 },
    { at: endedAt, by: -1 },
  ]);
  // An end makes room for what begins at that moment.
  edges.sort((a, b) => a.at - b.at || a.by - b.by);
  let [now, most] = [0, 0];
  for (const { by } of edges) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

/** Returns whether the runner's clock jumps, by which the step paces itself. */
function hasJumps({ script }: View, { job }: ProcessRun): boolean {
  return (script.jobs.find(({ name }) => name === job)?.clock.jumps ?? []).length > 0;
}

/** Returns whether no other run asked anything in the time that counts for a rate. */
function isAlone({ history }: View, { id }: ProcessRun, { exchange }: Sent): boolean {
  return !history.exchanges.some(
    ({ at, request }) => request.by !== id && at <= exchange.at && at >= exchange.at - REFILL_MS,
  );
}
