import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { gives, staleness } from '../view/calm.js';
import { hasPlainChecks } from '../view/health.js';
import { byOthers, type Life } from '../view/life.js';
import { groupsOf } from '../view/metadata-in.js';
import { lifeOf } from '../view/scope.js';
import type { Sent } from '../view/sent.js';
import { downBy, servedAt } from './down-by-us.js';

/** Time that no script reaches, in milliseconds. */
const NEVER_MS = 1e10;

/** Promise about the order in which a restart takes the machines of a group. */
export const turns: Check = {
  name: 'the ailing first, then one',
  promise:
    'A restart takes those machines of a process group first that serve nobody, then one that serves, and no other that serves before that one is back or has failed.',
  look: (view, report) => {
    const { script } = view;
    if (staleness(script) > 0) return;
    if (gives(script, 'compatChecks', 'listShows', 'orgErrorRegions', 'unseenMs', 'unseenTimes')) return;
    for (const run of view.history.runs)
      if (run.part === 'main' && run.step.command === 'restart' && !isAtOnce(run)) lookAt(view, run, report);
  },
};

/** Machine that was restarted. */
interface Turn {
  readonly life: Life;
  /** Arrival of its first restart. */
  readonly at: number;
  /** Undefined where that isn't certain. */
  readonly serves: boolean | undefined;
}

function isAtOnce({ step }: ProcessRun): boolean {
  return /^0*100\s*%$/.test(step.inputs['max-unavailable']?.trim() ?? '');
}

function lookAt(view: View, run: ProcessRun, report: Report): void {
  for (const group of groupsIn(view, run)) {
    // Where one may serve or not, nobody knows which is to be the first.
    if (group.some(({ serves }) => serves === undefined)) continue;
    const serving = group.filter(({ serves }) => serves === true);
    const [first, second] = serving;
    if (first === undefined) continue;
    const late = group.find(({ serves, at }) => serves === false && at > first.at);
    if (late !== undefined || second !== undefined) report.seen();
    if (late !== undefined)
      report.found(`is restarted before ${late.life.id}, which serves nobody`, {
        run: run.id,
        machine: first.life.id,
        time: first.at,
      });
    if (second !== undefined && second.at < endOf(first, run))
      report.found(`is restarted beside ${first.life.id}, which is the first and not back yet`, {
        run: run.id,
        machine: second.life.id,
        time: second.at,
      });
  }
}

/** Returns the machines of each process group that a run restarted, in the order of their restarts. */
function groupsIn(view: View, run: ProcessRun): Turn[][] {
  const restarts = view.sentBy(run).filter(({ kind }) => kind === 'restart');
  const groups = new Map<string, Turn[]>();
  const seen = new Set<Life>();
  for (const { app, machine, exchange } of restarts) {
    const life = lifeOf(view, app, machine);
    if (life === undefined || seen.has(life)) continue;
    seen.add(life);
    const key = `${app}/${groupsOf(life, { from: run.startedAt, until: exchange.at }).join('/')}`;
    const turn = { life, at: exchange.at, serves: servesFor(life, run, restarts) };
    groups.set(key, [...(groups.get(key) ?? []), turn]);
  }
  return [...groups.values()];
}

/** Returns whether a machine served when the run listed it; undefined where that isn't certain. */
function servesFor(life: Life, run: ProcessRun, restarts: readonly Sent[]): boolean | undefined {
  const first = restarts[0]?.exchange.at ?? run.startedAt;
  const isMoved = byOthers(life, run.id, run.startedAt, first).some(({ kind }) => kind !== 'lease');
  const { behaviour = {} } = life.spec ?? {};
  if (isMoved || behaviour.reports !== undefined) return undefined;
  if (servedAt(life, run.startedAt)) return true;
  const state = life.states.findLast(({ at }) => at <= run.startedAt)?.is;
  const isFailing = behaviour.checks?.['*'] !== undefined && behaviour.checks['*'].status !== 'passing';
  const isAiling = hasPlainChecks(life) && (isFailing || (behaviour.checksPassMs ?? 0) > NEVER_MS);
  return state === 'failed' || (state === 'started' && isAiling) ? false : undefined;
}

/** Returns when the turn of a machine was over by the world, or by what the run's log tells of it. */
function endOf({ life, at }: Turn, run: ProcessRun): number {
  const waitsForChecks = run.step.inputs['wait']?.trim().toLowerCase() !== 'true';
  const [down] = downBy(life, run, waitsForChecks);
  const told = run.printed.find((it) => it.at >= at && it.text.startsWith(`${life.id} `));
  return Math.min(down?.until ?? Number.POSITIVE_INFINITY, told?.at ?? Number.POSITIVE_INFINITY);
}
