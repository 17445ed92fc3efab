import type { Check, Report, View } from '../check.js';
import type { Life } from '../view/life.js';
import { type Axis, axisOf, isOf, type RestoringJob, restoringJobs, turnsOf } from './restoring.js';
import { isToldAtEnd } from './told-at-end.js';

/** Conditions that a job can have found a machine in and bring it back to. */
const BEGINS: ReadonlySet<string> = new Set(['up', 'down', 'suspended', 'cordoned', 'uncordoned']);

/** Compares each machine that a job changed and nobody else did with how the job found it. */
export const restoreDone: Check = {
  name: 'restore is done or told',
  promise:
    'When the posts of a job are over, what its steps with `restore` changed is as it was before, unless somebody else changed it since; otherwise a post has warned about that machine.',
  look(view, report) {
    for (const job of restoringJobs(view)) {
      if (!job.isWhole) continue;
      for (const life of view.lives.values())
        for (const axis of ['state', 'cordon'] as const) judge({ job, life, axis, view }, report);
    }
  },
};

interface Question {
  readonly job: RestoringJob;
  readonly life: Life;
  readonly axis: Axis;
  readonly view: View;
}

function judge({ job, life, axis }: Question, report: Report): void {
  const steps = job.steps.filter((it) => axisOf(it) === axis).map(({ id }) => id);
  const turns = turnsOf(life, axis).filter(({ at }) => at <= job.endedAt);
  const place = turns.findIndex((turn) => isOf(turn, steps));
  const first = turns[place];
  if (first === undefined || !BEGINS.has(first.from)) return;
  const since = turns.slice(place);
  if (!since.every((turn) => isOf(turn, job.own))) return;
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
