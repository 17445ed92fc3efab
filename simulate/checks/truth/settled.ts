import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { gives, staleness } from '../view/calm.js';
import { hasPlainChecks } from '../view/health.js';
import { byOthers, type Life, type Since, stateAt } from '../view/life.js';
import { lifeOf } from '../view/scope.js';
import { isLifecycle } from '../view/sent.js';
import { wholeRuns } from '../view/span.js';
import type { Told } from '../view/told.js';
import { type Wish, wishOf } from '../view/wish.js';
import { endsSince, isFailure } from './ends.js';

/** Time after which `auto` looks at a machine once more, in milliseconds. */
const AUTO_MS = 5_000;
/** Commands that look once more at what they have started. */
const SETTLING: ReadonlySet<string> = new Set(['start', 'restart', 'warm-up']);

/** Promise that what a step calls started has stayed up for a moment. */
export const settled: Check = {
  name: 'started means staying up',
  promise:
    'A machine that crashes within `settle` after its start is told as failed; one that another client stops meanwhile, or whose process ends with code 0, is no failure of a start or restart.',
  look: (view, report) => {
    for (const run of wholeRuns(view.history)) {
      const wish = wishOf(run.step);
      if (!SETTLING.has(wish.command) || wish.dryRun || wish.wait === 'false') continue;
      // Who reads what is old, or not at all, may miss an end.
      if (staleness(view.script) > 0 || gives(view.script, 'unseenMs', 'unseenTimes')) continue;
      for (const told of view.told(run) ?? []) lookAt(view, run, wish, told, report);
    }
  },
};

function lookAt(view: View, run: ProcessRun, wish: Wish, told: Told, report: Report): void {
  const life = lifeOf(view, told.app, told.id);
  const pause = life === undefined ? undefined : pauseOf(view, run, wish, life);
  const start = life === undefined || pause === undefined ? undefined : startSeen(view, run, life);
  if (life === undefined || pause === undefined || start === undefined) return;
  const at = { run: run.id, machine: told.id };
  const ends = endsSince(life, start.at, run.endedAt);
  const crash = ends.find((it) => isFailure(it) && it.at <= start.at + pause);
  if (crash !== undefined) {
    // Of five events, those of another client's change leave none of the crash before it.
    const since = byOthers(life, run.id, crash.at, run.endedAt);
    if (since.some(({ cause }) => cause.kind !== 'machine')) return;
    // Who could not read it in between counts from when it was up again.
    if (!wasClear(view, run, life, { from: start.at, to: crash.at })) return;
    report.seen();
    if (told.outcome === 'changed' && !isExcused(told))
      report.found(
        `says changed, and it crashed ${crash.at - start.at} ms after its start, with ${pause} ms to settle`,
        { ...at, time: crash.at },
      );
    return;
  }
  // A machine that is down is not ready, for whatever reason.
  const isReason = wish.command !== 'warm-up' && !isChecked(view, wish, life) && wasClear(view, run, life);
  if (ends.length === 0 || ends.some(isFailure) || !isReason) return;
  // A deploy leaves a machine without the events that would tell who had stopped it.
  if (byOthers(life, run.id, start.at, run.endedAt).some(({ kind }) => kind === 'version')) return;
  report.seen();
  if (told.outcome === 'failed' && told.error?.startsWith('wrong state:') === true)
    report.found(
      `fails, and nothing but ${ends.map(({ words }) => words).join(', then ')} befell it: ${told.error}`,
      at,
    );
}

/** Stretch of time, ends included. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

const EVER: Stretch = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** Returns whether each answer about a machine reached the run: else it may have been up before that was proven. */
function wasClear(view: View, run: ProcessRun, { app, id }: Life, { from, to }: Stretch = EVER): boolean {
  if (view.history.faults?.some(({ by, at }) => by === run.id && at >= from && at <= to)) return false;
  return view
    .sentBy(run)
    .every(
      ({ app: its, machine, isClear, exchange: { at } }) =>
        its !== app || machine !== id || isClear || at < from || at > to,
    );
}

/** Returns whether the outcome says itself that nobody has looked once more. */
function isExcused({ reason }: Told): boolean {
  return reason.includes('not needed after all') || reason.includes('had no more time');
}

/** Returns how long after its start a machine is surely looked at once more; undefined where that isn't certain. */
function pauseOf(view: View, run: ProcessRun, wish: Wish, life: Life): number | undefined {
  if (life.spec?.behaviour?.zombie === true) return undefined;
  if (wish.settleMs !== undefined) return wish.settleMs === 0 ? undefined : wish.settleMs;
  const isProbed = run.step.inputs['probe-url'] !== undefined;
  const isSure = wish.command !== 'start' && !isProbed && !isChecked(view, { ...wish, wait: 'checks' }, life);
  return isSure ? AUTO_MS : undefined;
}

/** Returns whether a machine may have health checks that the step waits for. */
function isChecked({ script }: View, { command, wait }: Wish, life: Life): boolean {
  if (command !== 'warm-up' && wait !== 'checks') return false;
  const { config = {}, behaviour = {} } = life.spec ?? {};
  return (
    hasPlainChecks(life) ||
    config.containers !== undefined ||
    behaviour.reports !== undefined ||
    gives(script, 'compatChecks')
  );
}

/** Returns the start of a machine, by a request of the run, that the run was the first to read; undefined where it read none. */
function startSeen(view: View, run: ProcessRun, life: Life): Since<string> | undefined {
  const its = view.sentBy(run).filter(({ app, machine }) => app === life.app && machine === life.id);
  const sent = its.find(({ kind, accepted }) => isLifecycle(kind) && accepted);
  if (sent === undefined) return undefined;
  const read = its.find(
    ({ kind, accepted, isClear, exchange }) =>
      kind === 'read' &&
      accepted &&
      isClear &&
      exchange.at > sent.exchange.at &&
      stateAt(life, exchange.at) === 'started',
  );
  if (read === undefined) return undefined;
  const start = life.states.findLast(({ at, is }) => is === 'started' && at <= read.exchange.at);
  return start !== undefined && start.at >= sent.exchange.at ? start : undefined;
}
