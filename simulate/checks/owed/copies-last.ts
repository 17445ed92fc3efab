import type { ProcessRun } from '../../history/history.js';
import type { Check, View } from '../check.js';

/** Words of a post that has lost the token to put machines back with. */
const IS_GONE = /left for its post is gone/;

/** Looks at what posts say of the tokens that their steps left for them on disk. */
export const copiesLast: Check = {
  name: 'copies last until posts',
  promise:
    'The token that a step with `restore` leaves for its post is there when the post begins, unless RUNNER_TEMP was emptied or the step was cut short.',
  look(view, report) {
    for (const run of view.history.runs) {
      if (run.part !== 'post' || !isIntact(run, view)) continue;
      report.seen();
      const told = run.printed.find(({ text }) => IS_GONE.test(text));
      if (told !== undefined)
        report.found('the token for its post is gone, and nobody else can have removed it', {
          run: run.id,
          time: told.at,
        });
    }
  },
};

/** Returns whether nothing but the action touches its files on the runner, and no process of the job was cut short. */
function isIntact({ job: name }: ProcessRun, { script, history }: View): boolean {
  const runner = script.jobs.find((it) => it.name === name)?.runner;
  const neighbours = script.jobs.filter((it) => it.runner === runner);
  const isSafe = neighbours.every(
    ({ steps, lacks, cancelReach, clock: { offsetMs, jumps } }) =>
      lacks === undefined &&
      // A post that no signal reaches lives on beside the others of its job, which do its work.
      cancelReach !== 'none' &&
      offsetMs === 0 &&
      jumps.length === 0 &&
      steps.every(({ kind }) => kind !== 'disk'),
  );
  const its = history.runs.filter(({ job }) => job === name);
  return isSafe && its.every(({ end, cancelledAt }) => end === 'done' && cancelledAt === undefined);
}
