import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { hasPlainChecks, wasHealthy } from '../view/health.js';
import { lifeOf } from '../view/scope.js';
import type { Sent } from '../view/sent.js';
import { truthSpan, wholeRuns } from '../view/span.js';
import { jsonIn, type Told } from '../view/told.js';
import { listIn, pairIn, type Wish, wishOf } from '../view/wish.js';
import { hasDoneItsWork } from './goals.js';

/** Shortest time after which a warm-up begins another machine beside a slow one, in milliseconds. */
const SLOW_MS = 30_000;

/** Promise that ready means ready, and so many mean so many. */
export const readyAndCounted: Check = {
  name: 'ready means ready',
  promise:
    'A machine that a step calls ready, or started with `wait: checks`, had all of its checks passing; a green warm-up has as many ready machines as `count` says, and begins no more than it needs.',
  look: (view, report) => {
    for (const run of wholeRuns(view.history)) {
      const wish = wishOf(run.step);
      const told = view.told(run);
      if (told === undefined || wish.dryRun) continue;
      const isWarm = wish.command === 'warm-up';
      if (isWarm || wish.wait === 'checks') lookAtChecks(view, run, wish, told, report);
      if (isWarm) lookAtCount(view, run, wish, told, report);
    }
  },
};

function isReady({ outcome, reason }: Told): boolean {
  return (outcome === 'changed' || outcome === 'unchanged') && !reason.includes('not needed after all');
}

function lookAtChecks(view: View, run: ProcessRun, wish: Wish, told: readonly Told[], report: Report): void {
  const span = truthSpan(view, run);
  for (const it of told) {
    const life = lifeOf(view, it.app, it.id);
    if (life === undefined || !isReady(it) || !hasPlainChecks(life) || hasDoneItsWork(life, span)) continue;
    // A deploy may have brought other checks.
    if (life.happenings.some(({ kind }) => kind === 'version')) continue;
    report.seen();
    const since = wish.command === 'restart' ? run.startedAt : Number.NEGATIVE_INFINITY;
    if (!wasHealthy(life, span, since))
      report.found(`says ${it.outcome}, but its checks never passed`, { run: run.id, machine: it.id });
  }
}

/** Returns how many machines of an app, or of one region of it, are to be ready. */
function needsOf(text: string): readonly { readonly region: string | undefined; readonly need: number }[] {
  if (!text.includes('=')) return [{ region: undefined, need: Number(text) }];
  return listIn(text)
    .map(pairIn)
    .map(({ key, value }) => ({ region: key.trim(), need: Number(value) }));
}

function lookAtCount(view: View, run: ProcessRun, wish: Wish, told: readonly Told[], report: Report): void {
  const text = run.step.inputs['count']?.trim() ?? '1';
  const apps = jsonIn(run.outputs['apps']);
  if (text === 'all' || !Array.isArray(apps) || wish.machines.length === 0) return;
  for (const app of apps.map(String)) {
    for (const { region, need } of needsOf(text)) {
      const its = told.filter((it) => it.app === app && (region === undefined || it.region === region));
      const ready = its.filter(isReady).length;
      report.seen();
      const words = `${app}${region === undefined ? '' : ` in ${region}`}`;
      if (run.succeeded === true && !wish.warns && ready < need)
        report.found(`is green with ${ready} of ${need} ready in ${words}`, { run: run.id });
      lookAtBegun(view, run, its, need, words, report);
    }
  }
}

/** Compares what was begun before any machine can have been slow with what is needed, and with what came to nothing. */
function lookAtBegun(
  view: View,
  run: ProcessRun,
  its: readonly Told[],
  need: number,
  words: string,
  report: Report,
): void {
  const ids = new Set(its.map(({ id }) => id));
  const starts = view.sentBy(run).filter(({ kind, machine }) => kind === 'start' && ids.has(machine));
  const first = starts[0]?.exchange.at ?? 0;
  const early = starts.filter(({ exchange }) => exchange.at < first + SLOW_MS);
  const taken = machinesOf(early.filter(({ accepted }) => accepted));
  // What another client holds is put off, and may be begun beside a slow one much later.
  const held = machinesOf(early.filter(isHeld));
  const begun = machinesOf(early.filter(({ machine }) => taken.has(machine) || !held.has(machine)));
  const vain = its.filter(
    ({ id, outcome }) => begun.has(id) && (outcome === 'failed' || outcome === 'skipped'),
  ).length;
  if (begun.size > need + vain)
    report.found(`began ${begun.size} machines of ${words} at once, and needed ${need}`, { run: run.id });
}

function machinesOf(its: readonly Sent[]): ReadonlySet<string> {
  return new Set(its.map(({ machine }) => machine));
}

/** Returns whether the answer to a start was that another client holds a lease. */
function isHeld({ exchange: { reply } }: Sent): boolean {
  return 'body' in reply && reply.status === 409 && reply.body.includes('lease');
}
