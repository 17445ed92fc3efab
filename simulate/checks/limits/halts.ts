import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { isLifecycle, leavesOpen, type Sent } from '../view/sent.js';
import { wholeRuns } from '../view/span.js';
import { isNotBegun, jsonIn, type Told, waitedFor } from '../view/told.js';
import { isUnlisted } from '../view/unlisted.js';
import { type Wish, wishOf } from '../view/wish.js';

/** Longest way of a request: what was sent before a failure was seen may arrive after it, in milliseconds. */
const WAY_MS = 40;

/** Promise that a failure ends what has not been begun. */
export const halts: Check = {
  name: 'a failure halts',
  promise:
    'With `on-failure: stop`, and a restart unless told otherwise, no machine is begun once the step has seen a failure, and none at all where it could not read an app; what is told as not begun was left as it was, and names a failure that there was.',
  look: (view, report) => {
    for (const run of wholeRuns(view.history)) {
      const wish = wishOf(run.step);
      const told = view.told(run);
      if (told === undefined || wish.dryRun) continue;
      if (wish.stops) lookAtBegun(view, run, told, report);
      lookAtRows(view, run, wish, told, report);
    }
  },
};

function workOf(view: View, run: ProcessRun): Sent[] {
  return view.sentBy(run).filter(({ kind }) => isLifecycle(kind) || kind === 'exec');
}

function lookAtBegun(view: View, run: ProcessRun, told: readonly Told[], report: Report): void {
  const work = workOf(view, run);
  const apps = jsonIn(run.outputs['apps']);
  const unread = Array.isArray(apps) ? apps.map(String).find((app) => isUnlisted(view, run, app)) : undefined;
  if (unread !== undefined) report.seen();
  if (unread !== undefined && work[0] !== undefined)
    report.found(`begins a machine although it could not list ${unread}`, {
      run: run.id,
      machine: work[0].machine,
      time: work[0].exchange.at,
    });
  const seenAt = failureTold(run, told);
  if (seenAt === undefined) return;
  if (told.some(isNotBegun)) report.seen();
  const begun = new Set<string>();
  for (const { app, machine, exchange } of work) {
    const key = `${app}/${machine}`;
    if (!begun.has(key) && exchange.at > seenAt + WAY_MS) {
      report.found(`begins a machine ${exchange.at - seenAt} ms after it has seen a failure`, {
        run: run.id,
        machine,
        time: exchange.at,
      });
      return;
    }
    begun.add(key);
  }
}

/** Returns when the log of a run first told that a machine failed; undefined where it told of none. */
function failureTold({ printed }: ProcessRun, told: readonly Told[]): number | undefined {
  const failed = told.filter(({ outcome }) => outcome === 'failed');
  return printed.find(({ text }) => failed.some(({ id }) => text.startsWith(id) && text.includes(': failed')))
    ?.at;
}

/** Looks at the machines that were not begun: why, and whether that is true. */
function lookAtRows(view: View, run: ProcessRun, wish: Wish, told: readonly Told[], report: Report): void {
  const failed = new Set(told.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id));
  const work = workOf(view, run);
  for (const it of told) {
    const awaited = waitedFor(it);
    if (!isNotBegun(it) && awaited === undefined) continue;
    report.seen();
    const found = (what: string) =>
      report.found(`${what}: ${it.error ?? it.reason}`, { run: run.id, machine: it.id });
    const isSent = work.some(
      (sent) => sent.app === it.app && sent.machine === it.id && (sent.accepted || leavesOpen(sent)),
    );
    if (isSent) found('was begun, and is told as not begun');
    const isBack = (id: string) =>
      told.some((other) => other.id === id && other.outcome === 'changed' && other.state === 'started');
    if (awaited?.some(isBack)) found('waits for a machine that came back');
    if (awaited !== undefined) continue;
    const [, named] = /^not begun: machine (\S+)/.exec(it.reason) ?? [];
    if (named !== undefined && !failed.has(named)) found('names a machine that did not fail');
    const others = told.filter(
      ({ id, app, process_group: group }) => failed.has(id) && app === it.app && group === it.process_group,
    );
    // Without a halt, a machine is left alone only where others of its group stay down, or no time is left.
    if (!wish.stops && others.length === 0) found('is not begun, and none of its group failed');
    if (failed.size === 0 && run.succeeded === true) found('is not begun, and nothing failed');
  }
}
