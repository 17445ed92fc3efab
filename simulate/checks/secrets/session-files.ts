import type { ProcessRun } from '../../history/history.js';
import type { ScriptJob } from '../../script/script.js';
import type { Check, View } from '../check.js';

/** Names of files that hold a token. */
const HOLDS_TOKEN = /^fly-machines-(session|restore)-/;
/** Names of all files of ours but what others read, too. */
const PRIVATE = /^fly-machines-(session|restore|owed)-/;
const PRIVATE_MODE = 0o600;

/** Looks at what is left in RUNNER_TEMP when all is over. */
export const sessionFiles: Check = {
  name: 'session files private and gone',
  promise:
    'Files that hold a token are for their user alone, and gone after the posts of their job where nothing has kept these from it.',
  look(view, report) {
    const { script, history } = view;
    for (const [runner, files] of Object.entries(history.left)) {
      const jobs = script.jobs.filter((it) => it.runner === runner);
      const disk = jobs.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'disk'));
      if (disk.length > 0) continue;
      for (const { name, mode } of files.filter((it) => PRIVATE.test(it.name))) {
        report.seen();
        if ((mode & 0o777) !== PRIVATE_MODE)
          report.found(`the file ${name} has the mode ${mode.toString(8)} on ${runner}`);
      }
      if (!jobs.every((job) => areDone(job, view))) continue;
      if (jobs.length > 0) report.seen();
      for (const { name } of files.filter((it) => HOLDS_TOKEN.test(it.name)))
        report.found(`the file ${name} is left on ${runner}`, { run: jobs.map((it) => it.name).join(', ') });
    }
  },
};

/** Returns whether a job's processes all ended by themselves, each that left something has had its post, and none of these has told of trouble. */
function areDone(job: ScriptJob, { history }: View): boolean {
  if (job.lacks !== undefined || job.cancelReach === 'none' || job.lostAt !== undefined) return false;
  const runs = history.runs.filter((it) => it.job === job.name);
  const posts = new Set(runs.filter(({ part }) => part === 'post').map(({ place }) => place));
  const isWell = ({ end, part, printed, place, state }: ProcessRun) => {
    if (end !== 'done') return false;
    if (part === 'post') return printed.every(({ level }) => level !== 'warning');
    return posts.has(place) || Object.keys(state).length === 0;
  };
  return runs.every(isWell);
}
