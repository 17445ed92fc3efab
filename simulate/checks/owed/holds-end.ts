import type { Happening } from '../../../emulator/happening.js';
import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { durationIn } from '../time/duration.js';
import { stalestMs } from '../time/weather.js';
import { isBy, type Life } from '../view/life.js';
import { wereMisled } from './misled.js';
import { isTrue, type RestoringJob, restoringJobs } from './restoring.js';
import { isToldAtEnd } from './told-at-end.js';

const KEY = 'keep-alive-until';
/** Time between a step's reading of the clock and the arrival of what it wrote, and the error of its clock, in milliseconds. */
const EARLY_MS = 25_000;
const LATE_MS = 5_000;
/** Most that a longer hold of another job is made longer. */
const LONGER_MS = 2_100;
/** Time that a mark must still hold at the end to be written anew for certain. */
const HOLDS_MS = 120_000;

type Mark = Extract<Happening, { kind: 'metadata' }>;

/** Looks at each mark that holds a machine: who writes it, for how long, and who takes it off. */
export const holdsEnd: Check = {
  name: 'holds end',
  promise:
    'Only steps with `hold` write `keep-alive-until`, for as long as they say or as a longer hold of another job; the posts of those with `restore` take their own holds off, and write anew what they replaced, or warn.',
  look(view, report) {
    const runs = new Map(view.history.runs.map((it) => [it.id, it]));
    const jobs = restoringJobs(view);
    for (const life of view.lives.values()) {
      const marks = life.happenings.filter((it): it is Mark => it.kind === 'metadata' && it.key === KEY);
      if (marks.length === 0) continue;
      for (const [place, mark] of marks.entries()) {
        const run = mark.cause.kind === 'request' ? runs.get(mark.cause.by) : undefined;
        if (run === undefined) continue;
        report.seen();
        const wrong =
          run.part === 'main'
            ? wrongInStep({ mark, run, before: marks.slice(0, place) }, life, view)
            : wrongInPost({ mark, run, before: marks.slice(0, place) }, view);
        if (wrong !== undefined) report.found(wrong, { run: run.id, machine: life.id, time: mark.at });
      }
      for (const job of jobs) if (job.isWhole) judgeEnd({ marks, life, job, view }, report);
    }
  },
};

interface Writing {
  readonly mark: Mark;
  readonly run: ProcessRun;
  /** Marks that were written before. */
  readonly before: readonly Mark[];
}

function wrongInStep({ mark, run, before }: Writing, life: Life, view: View): string | undefined {
  const { script } = view;
  const ms = holdOf(run);
  if (ms === undefined || isTrue(run.step.inputs['dry-run'])) return 'a mark was written without `hold`';
  const isOwn = before.at(-1) !== undefined && isBy(before.at(-1) ?? mark, run.id);
  if (mark.after === undefined) return isOwn ? undefined : 'a mark of others was removed';
  // A runner's clock that jumps moves what the step takes for now.
  const job = script.jobs.find(({ name }) => name === run.job);
  if (job === undefined || job.clock.jumps.length > 0) return undefined;
  const until = Date.parse(mark.after);
  const others = mark.before === undefined ? undefined : Date.parse(mark.before);
  const isRead =
    (before.at(-1)?.at ?? 0) < run.startedAt - stalestMs(script) && !wereMisled([run], life, view);
  if (others !== undefined && others > until && isRead && !isOwn)
    return `the mark ${mark.after} took the place of a longer one, ${mark.before}`;
  const wanted = mark.at + ms;
  if (until >= wanted - EARLY_MS && until <= wanted + LATE_MS) return undefined;
  // It may have read a mark that another job has taken off since.
  const since = run.startedAt - stalestMs(script);
  const stood = before
    .filter((_, its) => (before[its + 1]?.at ?? mark.at) >= since)
    .map(({ after }) => after);
  const longer = [mark.before, ...stood].map((theirs) => until - Date.parse(theirs ?? ''));
  if (longer.some((by) => by > 0 && by <= LONGER_MS)) return undefined;
  if (before.some((it) => Date.parse(it.before ?? '') === until)) return undefined;
  return `the mark ${mark.after} is not what \`hold: ${run.step.inputs['hold']}\` asks for`;
}

function wrongInPost({ mark, run, before }: Writing, { history }: View): string | undefined {
  const last = before.at(-1);
  // What was written in that very moment could not be known.
  if (last !== undefined && last.at > run.startedAt) return undefined;
  // A deploy may bring back an older mark of the job's own.
  const isOfJob = before.some((it) => it.after === mark.before && isOwed(it, run.job, history));
  if (!isOfJob) return 'a post changed a mark that no step of its job with `restore` had written';
  const after = mark.after === undefined ? undefined : Date.parse(mark.after);
  const isKnown = after === undefined || before.some((it) => Date.parse(it.before ?? '') === after);
  return isKnown ? undefined : `a post wrote the mark ${mark.after}, which was not there before`;
}

/** Returns whether a step with `restore` of a job has written a mark. */
function isOwed(mark: Mark, job: string, { runs }: View['history']): boolean {
  const writer = runs.find(({ id }) => isBy(mark, id));
  return writer?.job === job && writer.part === 'main' && isTrue(writer.step.inputs['restore']);
}

/** Returns for how long a step holds machines, in milliseconds. */
function holdOf({ step: { inputs, command } }: ProcessRun): number | undefined {
  return command === 'start' || command === 'warm-up' ? durationIn(inputs['hold'] ?? 'none') : undefined;
}

interface End {
  readonly marks: readonly Mark[];
  readonly life: Life;
  readonly job: RestoringJob;
  readonly view: View;
}

function judgeEnd({ marks, life, job, view }: End, report: Report): void {
  const holding = job.steps.filter((it) => holdOf(it) !== undefined);
  const place = marks.findIndex((it) => holding.some(({ id }) => isBy(it, id)));
  const [first, last] = [marks[place], marks.filter(({ at }) => at <= job.endedAt).at(-1)];
  if (first === undefined || last === undefined) return;
  const since = marks.slice(place).filter(({ at }) => at <= job.endedAt);
  if (!since.every(({ cause }) => cause.kind === 'request' && job.own.has(cause.by))) return;
  const written = since.filter((it) => holding.some(({ id }) => isBy(it, id))).at(-1)?.at ?? 0;
  // What a step that died had sent may arrive once nobody looks any more.
  if (since.some(({ at, cause }) => holding.some((it) => isBy({ cause }, it.id) && at > it.endedAt))) return;
  const stale = stalestMs(view.script);
  if (stale > 0 && Math.min(...job.posts.map((it) => it.startedAt)) < written + stale + LATE_MS) return;
  if (wereMisled(job.posts, life, view)) return;
  report.seen();
  if (isToldAtEnd(job.posts, { id: life.id, name: life.born?.name ?? '' }) || isGoneBy(life, job.endedAt))
    return;
  const where = { run: job.name, machine: life.id, time: job.endedAt };
  const stays = holding.find(
    ({ id }) => isBy(last, id) && last.after !== undefined && last.after !== first.before,
  );
  if (stays !== undefined) {
    report.found(`the mark ${last.after} stays after the posts, and nothing says so`, where);
    return;
  }
  const replaced = Date.parse(first.before ?? '');
  if (replaced > job.endedAt + HOLDS_MS && Date.parse(last.after ?? '') !== replaced)
    report.found(`the mark ${first.before} of another job was not written anew`, where);
}

function isGoneBy({ states }: Life, time: number): boolean {
  return states.some(({ at, is }) => at <= time && (is === 'destroyed' || is === 'destroying'));
}
