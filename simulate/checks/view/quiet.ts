import type { Answer } from '../../../emulator/http.js';
import type { GivenSettings } from '../../../emulator/settings.js';
import type { ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';
import { byOthers, type Life } from './life.js';

/** Settings that may keep a step from what a simple model expects of it. */
const MATTERS: readonly (keyof GivenSettings)[] = [
  ...(['staleMs', 'unseenMs', 'unseenTimes', 'listShows', 'orgErrorRegions', 'orgLagMs'] as const),
  ...(['missingDischarge', 'appNumbers'] as const),
];
/** Shortest life of a discharge that no ordinary step outlives between two refreshes, in milliseconds. */
const LONG_MS = 60_000;
/** Longest time that a third party's answers may take together, or a 429 may have a step wait, in milliseconds: a step gives such work a minute. */
const SLOWEST_MS = 30_000;
/** Time within which no narrowed copy of a token ends, in milliseconds. */
const SHORT_MS = 240_000;
/** Commands that only read. */
const READING = ['list', 'wait', 'auth', 'inspect'];

/** Returns whether nothing kept this run from doing its work: no weather that it met, no trouble with tokens, clocks or disks. */
export function isQuiet(view: View, run: ProcessRun): boolean {
  return isUnhindered(view, run) && wasAnswered(view, run);
}

/** Returns whether nothing but the weather can have kept this run from doing its work. */
export function isUnhindered(view: View, run: ProcessRun): boolean {
  const { script } = view;
  const job = script.jobs.find(({ name }) => name === run.job);
  if (job === undefined || run.end !== 'done' || job.lacks !== undefined) return false;
  const { offsetMs, jumps } = job.clock;
  const isCut =
    run.cancelledAt !== undefined ||
    (job.cancelAt !== undefined && script.start + job.cancelAt <= run.endedAt);
  if (isCut || offsetMs !== 0 || jumps.length > 0) return false;
  const onDisk = script.jobs.some(
    ({ runner, steps }) => runner === job.runner && steps.some(({ kind }) => kind === 'disk'),
  );
  if (onDisk || isHurried(run) || !hasPlainToken(view, run)) return false;
  const { from, until } = { from: run.startedAt - script.start, until: run.endedAt - script.start };
  const settings = [
    script.settings,
    ...script.moods.filter((it) => it.from <= until && it.until >= from).map((it) => it.settings),
  ];
  return settings.every(isPlain);
}

function isPlain(settings: GivenSettings): boolean {
  const parties = [settings.aaa ?? {}, settings.own ?? {}];
  return (
    !MATTERS.some((name) => settings[name] !== undefined) &&
    parties.every(
      ({ behaviour = 'immediate', pollUrl, pollResult, polls = 2, delayMs = 0, lifetimeMs = LONG_MS }) =>
        (behaviour === 'immediate' ||
          (behaviour === 'poll' && pollUrl !== 'foreign' && pollResult !== 'refusal' && polls <= 3)) &&
        delayMs * (behaviour === 'poll' ? 1 + polls : 1) <= SLOWEST_MS &&
        lifetimeMs >= LONG_MS,
    )
  );
}

/** Returns whether each request got the world's own answer, none had to wait for long, and none of those to others than the Machines API was refused. */
function wasAnswered(view: View, run: ProcessRun): boolean {
  // A request that found no connection is none that the world knows of.
  if (view.history.faults?.some(({ by }) => by === run.id)) return false;
  return view
    .sentBy(run)
    .every(
      ({ isClear, exchange: { request, answer } }) =>
        isClear &&
        waitOf(answer) <= SLOWEST_MS &&
        (request.path.startsWith('/v1/') || (answer?.status ?? 500) < 400),
    );
}

/** Returns how long an answer has its reader wait, in milliseconds. Another check judges whether a step has earned that. */
function waitOf(answer: Answer | undefined): number {
  return answer?.status === 429 ? Number(answer.headers['retry-after'] ?? 0) * 1_000 : 0;
}

/** Returns whether tokens allow all that is theirs to allow for as long as the run lasts. */
function hasPlainToken({ script, history }: View, run: ProcessRun): boolean {
  const isReading = READING.includes(run.step.command);
  const auths = history.runs.filter(
    ({ job, part, step }) => job === run.job && part === 'main' && step.command === 'auth',
  );
  const isNarrowed = auths.some(
    ({ step: { inputs }, startedAt }) =>
      (inputs['scope'] ?? inputs['attenuate-with']) !== undefined || run.endedAt - startedAt > SHORT_MS,
  );
  const areWide = Object.values(script.tokens).every(
    ({ actions = '*', expiresAt = Number.POSITIVE_INFINITY, thirdParty = true }) =>
      (isReading || actions === '*' || actions === 'rwC') &&
      script.start + expiresAt > run.endedAt + SHORT_MS &&
      ![thirdParty].flat().some((it) => typeof it === 'string' && it.startsWith('https:')),
  );
  const { token } = run.step.inputs;
  const env = script.jobs.find(({ name }) => name === run.job)?.env ?? {};
  const given = [
    token,
    env['FLY_ACCESS_TOKEN'],
    env['FLY_API_TOKEN'],
    ...auths.map(({ step }) => step.inputs['token']),
  ];
  const isGood = given.every((it) => it === undefined || it.trim().startsWith('{token:'));
  return areWide && isGood && (!isNarrowed || token !== undefined);
}

/** Returns whether a step has less time than any ordinary work takes. */
function isHurried({ step }: ProcessRun): boolean {
  const { timeout = 'auto' } = step.inputs;
  return timeout !== 'auto' && !/^(\d+h|[1-9]\d*m)$/.test(timeout.trim());
}

/** Returns whether a machine does what it is told, and nobody else does anything with it while the run lasts. */
export function isLeftAlone(life: Life, { id, startedAt, endedAt }: ProcessRun): boolean {
  const { spec } = life;
  if (spec === undefined || life.born === undefined || Object.keys(spec.behaviour ?? {}).length > 0)
    return false;
  if (byOthers(life, id, startedAt, endedAt).length > 0) return false;
  const held = new Map<string, number>();
  for (const it of life.happenings) {
    if (it.at > startedAt) break;
    if (it.kind === 'lease') held.set(it.nonce, it.does === 'released' ? 0 : it.until);
  }
  return [...held.values()].every((until) => until < startedAt);
}
