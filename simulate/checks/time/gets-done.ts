import type { ProcessRun } from '../../history/history.js';
import type { Gust } from '../../script/script.js';
import type { Check, Report, View } from '../check.js';
import { isToThirdParty } from '../secrets/secrets.js';
import { expectedOutcome } from '../truth/expected.js';
import { gustsIn, stretchOf } from '../view/calm.js';
import { isLeftAlone, isUnhindered } from '../view/quiet.js';
import { lifeOf } from '../view/scope.js';
import { wholeRuns } from '../view/span.js';
import { wishOf } from '../view/wish.js';
import { timeLimitOf } from './time-limit.js';

/** Trouble that passes by itself, and after which asking again is right. */
const PASSING: ReadonlySet<Gust['fault']> = new Set([
  'no connection',
  'no such host',
  'reset before',
  'reset after',
  'cut body',
  'too many requests',
  'wait a second',
  'server error',
  'server error after',
  'server without words',
  'bad gateway',
  'unavailable',
  'gateway timeout after',
  'host unreachable',
  'host unreachable after',
  'party unavailable',
]);
/** Trouble that lasts, and that a fresh discharge mends. */
const MENDABLE: ReadonlySet<Gust['fault']> = new Set(['discharge forgotten']);
/** Longest trouble that any step lives through, in milliseconds: a read is asked for five times, and then given up. */
const SHORT_MS = 3_000;
/** Same, where third parties alone are in trouble. */
const SHORT_OF_PARTY_MS = 15_000;
/** Outcomes that a machine has whose goal was reached. */
const DONE: ReadonlySet<string> = new Set(['changed', 'unchanged', 'requested']);
/** Classes of errors that come of trouble alone, where the token allows all. */
const TROUBLE = /^(network|Fly failure|timeout|rate limited|missing discharge|unauthorized): /;

/** Looks at steps that met bad weather which was over soon: whether they got their work done all the same. */
export const getsDone: Check = {
  name: 'the work gets done',
  promise:
    'Where trouble is short and passes in the first two thirds of the time of a step, or a fresh discharge ends it, and nothing else stands in its way, the step lives through it and reaches its goals.',
  look(view, report) {
    if (view.script.weather.length === 0) return;
    for (const run of wholeRuns(view.history)) {
      if (run.step.command === 'exec' || !isUnhindered(view, run)) continue;
      if (isShort(gustsMet(run, view), run, view)) judge(run, view, report);
    }
  },
};

/** Returns the gusts within a run that can have met a request of it; those of third parties and metrics bear it in their names. */
function gustsMet(run: ProcessRun, view: View): Gust[] {
  const sent = view.sentBy(run).map(({ exchange }) => exchange);
  const asksParty = sent.some(isToThirdParty);
  const asksMetrics = sent.some(({ request }) => request.path.startsWith('/prometheus/'));
  return gustsIn(view.script, stretchOf(run)).filter(({ fault }) => {
    if (fault.startsWith('party ')) return asksParty;
    return !fault.startsWith('metrics ') || asksMetrics;
  });
}

/** Returns whether there was weather, which a fresh discharge mends, or which was of the passing kind and over in time. */
function isShort(all: readonly Gust[], run: ProcessRun, { script }: View): boolean {
  const gusts = all.filter(({ fault }) => !MENDABLE.has(fault));
  if (gusts.length < all.length && !haveDischarges(script)) return false;
  const end = run.startedAt + (timeLimitOf(run, script) * 2) / 3;
  const length = gusts.reduce((sum, { from, until }) => sum + until - from, 0);
  return (
    all.length > 0 &&
    length <= (gusts.every(({ fault }) => fault === 'party unavailable') ? SHORT_OF_PARTY_MS : SHORT_MS) &&
    gusts.every(({ fault, until }) => PASSING.has(fault) && script.start + until <= end)
  );
}

function haveDischarges({ tokens }: View['script']): boolean {
  return Object.values(tokens).every(
    ({ thirdParty = true }) => thirdParty !== false && [thirdParty].flat().length > 0,
  );
}

function judge(run: ProcessRun, view: View, report: Report): void {
  const wish = wishOf(run.step);
  const told = view.told(run) ?? [];
  report.seen();
  for (const { app, id, outcome, error } of told) {
    const life = lifeOf(view, app, id);
    if (outcome !== 'failed' || life === undefined || !isLeftAlone(life, run)) continue;
    const expected = expectedOutcome(view, run, wish, life);
    if (expected !== undefined && DONE.has(expected))
      report.found(`it gave up although the trouble was short: ${error ?? ''}`, { run: run.id, machine: id });
  }
  if (told.length > 0 || run.succeeded !== false) return;
  const trouble = run.printed.find(({ level, text }) => level === 'error' && TROUBLE.test(text));
  if (trouble !== undefined)
    report.found(`it gave up although the trouble was short: ${trouble.text.slice(0, 200)}`, {
      run: run.id,
      time: trouble.at,
    });
}
