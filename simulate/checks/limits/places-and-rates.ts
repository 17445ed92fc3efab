import { GET_RATE, USUAL_RATE } from '../../../emulator/access/rate-limits.js';
import type { Exchange } from '../../../emulator/exchange.js';
import type { ProcessRun } from '../../history/history.js';
import type { Check, View } from '../check.js';
import { gives } from '../view/calm.js';
import { isLifecycle, type Sent } from '../view/sent.js';
import { wishOf } from '../view/wish.js';
import { askedTooSoon } from './asked-to-wait.js';

/** Milliseconds after which a bucket of any rate is full again. */
const REFILL_MS = 5_000;

/** Part of a request by which times on the way may differ. */
const SLACK = 0.3;

/** Promise that no step asks for more than it may. */
export const placesAndRates: Check = {
  name: 'places and rates kept',
  promise:
    'A step has at most `max-concurrent` changes in flight at once, waits as long as a 429 of Fly says, and alone it keeps the rates that Fly documents.',
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
      if (sent.length > 0) report.seen();
      const early = run.part === 'main' ? askedTooSoon(ofFly(sent), bucketOf) : undefined;
      if (early !== undefined)
        report.found(
          `asked again ${early.byMs} ms before the time that a 429 gave it was over: ${early.sent.kind}`,
          { run: run.id, machine: early.sent.machine, time: early.sent.exchange.at },
        );
      const refused = sent.find((it) => it.exchange.answer?.status === 429 && isOwnFault(view, run, it));
      if (refused !== undefined)
        report.found(
          `was refused for its rate although it was alone: ${refused.exchange.request.method} ${refused.kind}`,
          { run: run.id, machine: refused.machine, time: refused.exchange.at },
        );
    }
  },
};

/** Returns the requests to the Machines API. */
function ofFly(sent: readonly Sent[]): Sent[] {
  return sent.filter(({ exchange }) => exchange.request.path.startsWith('/v1/'));
}

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

/** Returns whether a refusal for the rate is due to this run alone, and not to times on the way that differ a little. */
function isOwnFault(view: View, run: ProcessRun, refused: Sent): boolean {
  // What the rate of lists counts by isn't documented.
  if (refused.kind === 'list' && gives(view.script, 'listLimit')) return false;
  return isAlone(view, run, refused) && isTooFast(view.sentBy(run), refused);
}

/** Returns whether no other run asked for the same in the time that counts for a rate. */
function isAlone({ history }: View, { id }: ProcessRun, { exchange }: Sent): boolean {
  const bucket = bucketOf(exchange);
  return !history.exchanges.some(
    (it) =>
      it.request.by !== id &&
      it.at <= exchange.at &&
      it.at >= exchange.at - REFILL_MS &&
      bucketOf(it) === bucket,
  );
}

/** Returns whether requests like the refused one came faster than even a more generous bucket allows. */
function isTooFast(sent: readonly Sent[], refused: Sent): boolean {
  const { perSecond, burst } = refused.kind === 'read' ? GET_RATE : USUAL_RATE;
  const bucket = bucketOf(refused.exchange);
  let [tokens, last] = [burst + SLACK, Number.NEGATIVE_INFINITY];
  for (const it of sent) {
    const { at, answer } = it.exchange;
    if (answer === undefined || bucketOf(it.exchange) !== bucket) continue;
    tokens = Math.min(burst + SLACK, tokens + ((at - last) / 1_000) * perSecond);
    last = at;
    if (it === refused) return tokens < 1;
    if (answer.status !== 429) tokens -= 1;
  }
  return false;
}

function bucketOf({ request }: Exchange): string {
  const query = request.path.indexOf('?');
  return `${request.method} ${query < 0 ? request.path : request.path.slice(0, query)}`;
}
