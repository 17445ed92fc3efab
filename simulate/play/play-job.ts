import type { JobRun } from '../history/history.js';
import type { ScriptJob } from '../script/script.js';
import { JobCourse } from './job-course.js';
import type { Stage } from './stage.js';

/** Milliseconds between two steps. */
const BETWEEN_MS = 700;

/** Plays one job as a runner does: its steps one after another, then the posts of those that began in reverse. */
export async function playJob(stage: Stage, job: ScriptJob): Promise<JobRun> {
  const { clock, script } = stage;
  await clock.sleep(Math.max(0, script.start + job.startsAt - clock.now()));
  const startedAt = clock.now();
  const course = new JobCourse(stage, job);
  for (const [place, step] of job.steps.entries()) {
    const isAlways = step.kind === 'action' && step.always === true;
    if (course.isLost || (!isAlways && course.hasEnded)) continue;
    await course.step(step, place);
    await course.pause(BETWEEN_MS);
  }
  for (const begun of course.begun.toReversed()) {
    if (course.isLost) break;
    await course.post(begun);
  }
  await course.end();
  return { name: job.name, startedAt, endedAt: clock.now(), conclusion: course.conclusion };
}
