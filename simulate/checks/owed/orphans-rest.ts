import type { ProcessRun } from '../../history/history.js';
import type { Check, View } from '../check.js';

/** Time for a request that was under way already, in milliseconds. */
const MARGIN_MS = 1_000;

/** Looks at steps that live on beside their job's posts, since no cancel reached them. */
export const orphansRest: Check = {
  name: 'orphans rest',
  promise: 'A step that no cancel has reached changes nothing any more once a post of its job has begun.',
  look(view, report) {
    const begins = new Map<string, number>();
    for (const { job, part, startedAt } of view.history.runs)
      if (part === 'post') begins.set(job, Math.min(startedAt, begins.get(job) ?? startedAt));
    for (const run of view.history.runs) {
      const begin = begins.get(run.job);
      if (run.part !== 'main' || begin === undefined || run.endedAt <= begin) continue;
      if (!canKnow(run, view)) continue;
      report.seen();
      const late = view
        .sentBy(run)
        .find((it) => it.changes && it.kind !== 'lease' && it.exchange.at > begin + MARGIN_MS);
      if (late !== undefined)
        report.found(`it sent a ${late.kind} although the posts had begun`, {
          run: run.id,
          machine: late.machine,
          time: late.exchange.at,
        });
    }
  },
};

/** Returns whether a step can find out that its job's posts have begun: by a file that nobody else touches. */
function canKnow({ job: name }: ProcessRun, { script }: View): boolean {
  const job = script.jobs.find((it) => it.name === name);
  if (job === undefined || job.lacks !== undefined) return false;
  const neighbours = script.jobs.filter(({ runner }) => runner === job.runner);
  return neighbours.every(({ steps }) => steps.every(({ kind }) => kind !== 'disk'));
}
