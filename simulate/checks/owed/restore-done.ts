import type { Check, Report, View } from '../check.js';
import { stalestMs } from '../time/weather.js';
import type { Life } from '../view/life.js';
import { isLifecycle, leavesOpen } from '../view/sent.js';
import { wereMisled } from './misled.js';
import {
  type Axis,
  axisOf,
  isOf,
  type RestoringJob,
  restoringJobs,
  type Turn,
  turnsOf,
} from './restoring.js';
import { isToldAtEnd } from './told-at-end.js';

/** Conditions that a job can have found a machine in and bring it back to. */
const BEGINS: ReadonlySet<string> = new Set(['up', 'down', 'suspended', 'cordoned', 'uncordoned']);

/** Compares each machine that a job changed and nobody else did with how the job found it. */
export const restoreDone: Check = {
  name: 'restore is done or told',
  promise:
    'When the posts of a job are over, what its steps with `restore` changed is as it was before, unless another client changed it since; otherwise a post has warned about that machine.',
  look(view, report) {
    for (const job of restoringJobs(view)) {
      if (!job.isWhole) continue;
      for (const life of view.lives.values())
        for (const axis of ['state', 'cordon'] as const) judge({ job, life, axis, view }, report);
    }
  },
};

/** Time between reading a machine and changing it, in milliseconds. */
const MARGIN_MS = 1_000;

interface Question {
  readonly job: RestoringJob;
  readonly life: Life;
  readonly axis: Axis;
  readonly view: View;
}

function judge(question: Question, report: Report): void {
  const { job, life, axis, view } = question;
  const steps = job.steps.filter((it) => axisOf(it) === axis).map(({ id }) => id);
  const turns = turnsOf(life, axis).filter(({ at }) => at <= job.endedAt);
  const place = turns.findIndex((turn) => isOf(turn, steps));
  const first = turns[place];
  if (first === undefined || !BEGINS.has(first.from)) return;
  const since = turns.slice(place);
  if (!since.every((turn) => isOf(turn, job.own))) return;
  const isKnown = isReadable({ before: turns[place - 1], since, steps }, job, stalestMs(view.script));
  if (!isKnown || mayBeEarlier(question, first)) return;
  if (wereMisled([...job.steps, ...job.posts], life, view)) return;
  report.seen();
  const now = since.at(-1)?.to;
  if (now === first.from) return;
  if (isToldAtEnd(job.posts, { id: life.id, name: life.born?.name ?? '' })) return;
  report.found(`it was ${first.from}, and the job left it ${now} without a warning`, {
    run: steps.find((id) => isOf(first, [id])) ?? '',
    machine: life.id,
    time: first.at,
  });
}

/** Returns whether the job may think that an earlier request of it, whose answer left that open, changed the machine before. */
function mayBeEarlier({ job, life, axis, view }: Question, first: Turn): boolean {
  const steps = job.steps.filter((it) => axisOf(it) === axis);
  return steps.some((run) =>
    view
      .sentBy(run)
      .some(
        (it) =>
          it.app === life.app &&
          it.machine === life.id &&
          isLifecycle(it.kind) &&
          leavesOpen(it) &&
          !it.accepted &&
          it.exchange.at < first.at,
      ),
  );
}

/** Changes of a machine: the last one before a job's, and all since the job's first. */
interface Course {
  readonly before: Turn | undefined;
  readonly since: readonly Turn[];
  /** Ids of the job's steps. */
  readonly steps: readonly string[];
}

/** Returns whether the job's steps could read what was before, and its posts what they came to: reads may lag behind. */
function isReadable(
  { before, since, steps }: Course,
  { posts, ...job }: RestoringJob,
  stale: number,
): boolean {
  const [first] = since;
  const step = job.steps.find(({ id }) => first !== undefined && isOf(first, [id]));
  if (step === undefined) return false;
  if (before !== undefined && before.at > step.startedAt - stale - MARGIN_MS) return false;
  const last = since.filter((turn) => isOf(turn, steps)).at(-1)?.at ?? 0;
  return stale === 0 || Math.min(...posts.map(({ startedAt }) => startedAt)) > last + stale + MARGIN_MS;
}
