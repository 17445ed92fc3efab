import type { ProcessRun } from '../../history/history.js';
import type { Check, View } from '../check.js';

/** Shortest text that can tell what to do, in characters. */
const SHORTEST = 20;
/** Class of the errors that are the action's own fault, or that of the place it runs in. */
const INTERNAL = /(^|[\s:])internal: /;

/** Looks at what a step says that has failed. */
export const redSaysWhy: Check = {
  name: 'red says why',
  promise:
    'A step that fails prints an error that says why, and calls it a fault of its own only where the runner itself is broken.',
  look(view, report) {
    for (const run of view.history.runs) {
      if (run.part !== 'main' || run.succeeded !== false || run.end !== 'done') continue;
      report.seen();
      const errors = run.printed.filter(({ level }) => level === 'error');
      if (!errors.some(({ text }) => text.length >= SHORTEST))
        report.found('a red step printed no error', { run: run.id });
      const internal = isPlaceBroken(run, view) ? undefined : errors.find(({ text }) => INTERNAL.test(text));
      if (internal !== undefined)
        report.found(`a red step calls it its own fault: ${internal.text.slice(0, 300)}`, {
          run: run.id,
          time: internal.at,
        });
    }
  },
};

/** Returns whether the disk of the run's runner, or a file that its job needs, was broken by the script. */
function isPlaceBroken(run: ProcessRun, { script }: View): boolean {
  const job = script.jobs.find(({ name }) => name === run.job);
  if (job === undefined || job.lacks !== undefined) return true;
  const neighbours = script.jobs.filter(({ runner }) => runner === job.runner);
  return neighbours.some(({ steps }) => steps.some(({ kind }) => kind === 'disk'));
}
