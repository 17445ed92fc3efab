import type { Happening } from '../../../emulator/happening.js';
import type { ProcessRun } from '../../history/history.js';
import type { Stretch } from '../view/calm.js';
import { isBy, type Life } from '../view/life.js';

/** Milliseconds from started until checks pass, unless a machine behaves otherwise. */
const USUAL_PASS_MS = 1_500;

type StateChange = Extract<Happening, { kind: 'state' }>;

/** Returns whether a machine surely served at a time: it was started, and its checks passed where it has any. */
export function servedAt(life: Life, time: number): boolean {
  const place = life.states.findLastIndex(({ at }) => at <= time);
  return !isOpaque(life) && upAt(life, place, hasChecks(life)) <= time;
}

/**
 * Returns the stretches in which a machine was down by a run's doing: from the change of its state that a request of the run made,
 * until it was started again, and its checks passed where those are waited for. One that never came back stays down, unless
 * its process has done its work or others have put it down since.
 */
export function downBy(life: Life, run: ProcessRun, waitsForChecks: boolean): Stretch[] {
  const stretches: Stretch[] = [];
  const changes = life.happenings.filter((it) => it.kind === 'state');
  let until = Number.NEGATIVE_INFINITY;
  for (const [place, { at, to, cause }] of changes.entries()) {
    if (to === 'started' || at < until || !isBy({ cause }, run.id)) continue;
    const later = changes.slice(place + 1);
    const taken = later.find((it) => isTakenOver(it, run));
    until = Math.min(backAt(life, at, waitsForChecks), taken?.at ?? Number.POSITIVE_INFINITY);
    stretches.push({ from: at, until });
  }
  return stretches;
}

/** Returns whether somebody else puts a machine down, or its process ends well by itself. */
function isTakenOver({ to, exit, cause }: StateChange, { id }: ProcessRun): boolean {
  if (cause.kind === 'machine') return exit?.code === 0 && !exit.oom;
  return !isBy({ cause }, id) && !['started', 'starting', 'restarting'].includes(to);
}

function backAt(life: Life, since: number, waitsForChecks: boolean): number {
  const withChecks = waitsForChecks && hasChecks(life);
  const times = life.states.map(({ at }, place) =>
    at > since ? upAt(life, place, withChecks) : Number.POSITIVE_INFINITY,
  );
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}

/**
 * Returns when a machine was up in one of its states: as soon as it was started, or with checks, once these passed in that
 * run of its process. Infinity for a state that isn't `started`, and for checks that never passed in it.
 */
function upAt({ spec, states }: Life, place: number, withChecks: boolean): number {
  const state = states[place];
  if (state?.is !== 'started') return Number.POSITIVE_INFINITY;
  if (!withChecks) return state.at;
  const { checks = {}, checksPassMs = USUAL_PASS_MS } = spec?.behaviour ?? {};
  // A report that always is another one names its check, or all; which of them are configured doesn't matter much.
  if (Object.values(checks).some(({ status }) => status !== 'passing')) return Number.POSITIVE_INFINITY;
  // A suspend that was cancelled never ended the process.
  const isSame = states[place - 1]?.is === 'suspending' && states[place - 2]?.is === 'started';
  const passes = isSame ? state.at : state.at + checksPassMs;
  return passes < (states[place + 1]?.at ?? Number.POSITIVE_INFINITY) ? passes : Number.POSITIVE_INFINITY;
}

/** Returns whether the world doesn't show plainly how a machine is. */
function isOpaque({ spec, born }: Life): boolean {
  const { config = {}, behaviour = {} } = spec ?? {};
  const shows = behaviour.zombie !== true && behaviour.unreachable !== true;
  return spec === undefined || born === undefined || config.containers !== undefined || !shows;
}

function hasChecks({ spec }: Life): boolean {
  const { config = {}, behaviour = {} } = spec ?? {};
  const ofServices = (config.services ?? []).some(({ checks = [] }) => checks.length > 0);
  return ofServices || Object.keys(config.checks ?? {}).length > 0 || (behaviour.reports ?? []).length > 0;
}
