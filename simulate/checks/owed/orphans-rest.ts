import type { ProcessRun } from '../../history/history.js';
import type { Check, View } from '../check.js';
import { JOB_KEY } from '../secrets/secrets.js';

/** Time for a request that was under way already, in milliseconds. */
const MARGIN_MS = 1_000;

/** Looks at steps that live on beside their job's posts, since no cancel reached them. */
export const orphansRest: Check = {
  name: 'orphans rest',
  promise: 'A step that no cancel has reached changes nothing any more once a post of its job has begun.',
  look(view, report) {
    const begins = beginsOf(view);
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

/** Returns when the first post of each job began that had something to undo, and so knew the job's key. */
function beginsOf({ history }: View): Map<string, number> {
  const begins = new Map<string, number>();
  for (const { job, part, place, startedAt } of history.runs) {
    const main = history.runs.find((it) => it.job === job && it.part === 'main' && it.place === place);
    if (part === 'post' && main?.state['key'] !== undefined)
      begins.set(job, Math.min(startedAt, begins.get(job) ?? startedAt));
  }
  return begins;
}

/** Returns whether a step can find out that its job's posts have begun: by the job's key, and a file that nobody else touches. */
function canKnow({ job: name, place }: ProcessRun, { script, history }: View): boolean {
  const hasKey = history.runs.some(
    (it) => it.job === name && it.place <= place && it.exported[JOB_KEY] !== undefined,
  );
  if (!hasKey) return false;
  const job = script.jobs.find((it) => it.name === name);
  if (job === undefined || job.lacks !== undefined) return false;
  const neighbours = script.jobs.filter(({ runner }) => runner === job.runner);
  return neighbours.every(({ steps }) => steps.every(({ kind }) => kind !== 'disk'));
}
