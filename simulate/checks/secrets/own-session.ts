import type { ProcessRun } from '../../history/history.js';
import type { ScriptJob } from '../../script/script.js';
import type { Check, Report, View } from '../check.js';
import { headOf, namesByHead, tokensInEnv, tokensOf } from './heads.js';
import { isToThirdParty, partsOf } from './secrets.js';

/** Sees to it that no step works with another job's token, nor with any where it was given none. */
export const ownSession: Check = {
  name: 'sessions belong to jobs',
  promise:
    "A step is authorized by its own token, else by its job's session or environment, never by another job's; one without any fails.",
  look(view, report) {
    const jobs = new Map(view.script.jobs.map((it) => [it.name, it]));
    const names = namesByHead(view.history);
    for (const run of view.history.runs) {
      const job = jobs.get(run.job);
      if (job === undefined) continue;
      const allowed = allowedIn(run, job);
      if (allowed.size === 0 && !hasSource(run, job)) judgeWithout(run, report);
      judge(run, { view, names, allowed }, report);
    }
  },
};

/** Returns the names of the tokens that a process may use. */
function allowedIn({ step, part, place }: ProcessRun, job: ScriptJob): ReadonlySet<string> {
  const own = tokensOf(step);
  const isGiven = (step.inputs['token'] ?? 'auto') !== 'auto';
  // A post puts back what any step of its job has changed.
  if (isGiven && part === 'main') return new Set(own);
  const others = part === 'post' ? job.steps : job.steps.slice(0, place).filter(isAuth);
  const theirs = others.flatMap((it) => (it.kind === 'action' ? tokensOf(it) : []));
  return new Set([...own, ...theirs, ...tokensInEnv(job)]);
}

function isAuth(step: ScriptJob['steps'][number]): boolean {
  return step.kind === 'action' && step.command === 'auth';
}

/** Returns whether a step has some text for a token, be it none of the script's. */
function hasSource({ place }: ProcessRun, { steps, env }: ScriptJob): boolean {
  if ((env['FLY_API_TOKEN'] ?? env['FLY_ACCESS_TOKEN']) !== undefined) return true;
  return steps
    .slice(0, place)
    .some((it) => it.kind === 'action' && isAuth(it) && (it.inputs['token'] ?? 'auto') !== 'auto');
}

function judgeWithout(run: ProcessRun, report: Report): void {
  const { part, succeeded, step } = run;
  if (part !== 'main' || (step.inputs['token'] ?? 'auto') !== 'auto') return;
  report.seen();
  if (succeeded === true) report.found('a step without any token was green', { run: run.id });
}

function judge(
  run: ProcessRun,
  its: {
    readonly view: View;
    readonly names: ReadonlyMap<string, string>;
    readonly allowed: ReadonlySet<string>;
  },
  report: Report,
): void {
  const known = new Set<string>();
  for (const { exchange } of its.view.sentBy(run)) {
    const header = exchange.request.headers['authorization'];
    if (header === undefined || known.has(header) || isToThirdParty(exchange)) continue;
    known.add(header);
    for (const part of partsOf(header)) {
      const head = headOf(part);
      const name = head === undefined ? undefined : its.names.get(head);
      if (name === undefined) continue;
      report.seen();
      if (!its.allowed.has(name))
        report.found(`the token ${name}, which is not its own, authorized a request`, {
          run: run.id,
          time: exchange.at,
        });
    }
  }
}
