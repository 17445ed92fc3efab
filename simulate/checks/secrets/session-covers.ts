import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { jsonIn } from '../view/told.js';
import { wishOf } from '../view/wish.js';

/** Words of a step that has found no token. */
const NO_TOKEN = 'There is no token';

/** Looks at steps that rely on the session of their job, where all `auth` steps of it had one token and named apps. */
export const sessionCovers: Check = {
  name: 'sessions cover their apps',
  promise:
    'Where the `auth` steps of a job all have the same token, each later step finds it for every app that one of them named, and a step that names none is about all of these.',
  look(view, report) {
    for (const run of view.history.runs) {
      const open = run.part === 'main' && run.end === 'done' ? openApps(run, view) : undefined;
      if (open !== undefined) judge(run, open, report);
    }
  },
};

/** Returns the apps that the session of a run's job must be open for; undefined where that isn't certain. */
function openApps(run: ProcessRun, { script, history }: View): ReadonlySet<string> | undefined {
  const job = script.jobs.find(({ name }) => name === run.job);
  // An `auth` that lives on beside later steps and posts opens its session too late, or has it closed.
  if (job === undefined || job.cancelReach === 'none' || Object.keys(job.env).length > 0) return undefined;
  const neighbours = script.jobs.filter(({ runner }) => runner === job.runner);
  if (neighbours.some(({ steps, lacks }) => lacks !== undefined || steps.some(({ kind }) => kind === 'disk')))
    return undefined;
  const before = history.runs.filter(
    ({ job: its, part, place }) => its === run.job && part === 'main' && place < run.place,
  );
  if (before.some(({ end }) => end !== 'done')) return undefined;
  const auths = before.filter(({ step }) => step.command === 'auth');
  const isOneToken = new Set(auths.map(({ step }) => step.inputs['token'])).size === 1;
  const wishes = auths.filter(({ succeeded }) => succeeded === true).map(({ step }) => wishOf(step));
  const arePlain = wishes.every(({ apps, org }) => org === undefined && arePlainNames(apps));
  if (!isOneToken || wishes.length === 0 || !arePlain) return undefined;
  return new Set(wishes.flatMap(({ apps }) => apps ?? []));
}

function arePlainNames(apps: readonly string[] | undefined): boolean {
  return apps?.every((it) => !/[*!]/.test(it)) === true;
}

function judge(run: ProcessRun, open: ReadonlySet<string>, report: Report): void {
  const { step, printed, outputs } = run;
  const { apps, org, command } = wishOf(step);
  if (step.inputs['token'] !== undefined || org !== undefined) return;
  if (apps !== undefined && !(arePlainNames(apps) && apps.every((it) => open.has(it)))) return;
  report.seen();
  const error = printed.find(({ level, text }) => level === 'error' && text.includes(NO_TOKEN));
  if (error !== undefined)
    report.found('finds no token although its session is open for its apps', { run: run.id, time: error.at });
  if (apps !== undefined || command === 'auth' || command === 'inspect') return;
  const told = jsonIn(outputs['apps']);
  if (run.succeeded !== true || !Array.isArray(told)) return;
  for (const app of open)
    if (!told.includes(app)) report.found(`is green without the app ${app} of its session`, { run: run.id });
}
