import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { stalestMs } from '../time/weather.js';
import { lastRead } from '../view/last-look.js';
import { type Life, metadataAt } from '../view/life.js';
import {
  type Axis,
  axisOf,
  goalsOf,
  isOf,
  type RestoringJob,
  restoringJobs,
  type Turn,
  turnsOf,
} from './restoring.js';

/** Time in milliseconds before a post's begin of which it must have read, whatever it read itself. */
const MARGIN_MS = 2_000;
/** Time that a mark must still hold, so that no error of a clock matters. */
const HOLDS_MS = 60_000;
const NO = /^\s*(false|no|off|0)?\s*$/i;

/** Looks at each change that a post made: whether it undid what its job did, and nothing of others. */
export const restoreOthers: Check = {
  name: 'restore leaves others alone',
  promise:
    'A post changes only what a step of its job has changed, and not from where others have brought it since, nor stops what others want to run.',
  look(view, report) {
    for (const job of restoringJobs(view)) {
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

function judge(question: Question, report: Report): void {
  const { job, life, axis } = question;
  const turns = turnsOf(life, axis);
  for (const [place, turn] of turns.entries()) {
    const post = job.posts.find(({ id }) => isOf(turn, [id]));
    const before = turns[place - 1];
    // What a request sets going goes on by itself.
    if (post === undefined || (before !== undefined && isOf(before, [post.id]))) continue;
    report.seen();
    const where = { run: post.id, machine: life.id, time: turn.at };
    const steps = job.steps.filter((it) => axisOf(it) === axis);
    const sent = steps.filter((it) =>
      question.view.sentBy(it).some((one) => one.changes && one.machine === life.id),
    );
    if (sent.length === 0) report.found('a post changed what no step of its job had changed', where);
    const read = lastRead(question.view, post, life, turn.at) ?? 0;
    const known = Math.max(post.startedAt - MARGIN_MS, read) - stalestMs(question.view.script);
    if (before !== undefined && isForeign(before, question) && before.at < known && !isGoal(turn, sent))
      report.found(`a post changed a machine that others had left ${turn.from}`, where);
    const kept = turn.from === 'up' ? wantedUp(question, sent, known) : undefined;
    if (kept !== undefined) report.found(`a post took down a machine with ${kept}`, where);
  }
}

function isForeign(turn: Turn, { job, view }: Question): boolean {
  const runs = view.history.runs.filter((it) => it.job === job.name).map(({ id }) => id);
  return !isOf(turn, runs);
}

/** Returns whether a machine is where one of these steps leaves it, so that nobody can tell who brought it there. */
function isGoal({ from }: Turn, steps: readonly ProcessRun[]): boolean {
  return steps.some((step) => goalsOf(step).includes(from));
}

/** Returns what in a machine's metadata had others want it up, and could be read by `known`. */
function wantedUp(
  { life, job, view }: Question,
  steps: readonly ProcessRun[],
  known: number,
): string | undefined {
  // Fly shows none of its metadata.
  if (life.spec?.behaviour?.zombie === true) return undefined;
  const runs = view.history.runs.filter((it) => it.job === job.name).map(({ id }) => id);
  const begun = Math.max(...steps.map(({ endedAt }) => endedAt));
  const marks = life.happenings.filter((it) => it.kind === 'metadata' && it.at < known);
  const asked = marks.filter((it) => it.kind === 'metadata' && it.key === 'keep-alive').at(-1);
  // What stood there before the step is its own affair.
  if (asked?.kind === 'metadata' && asked.at > begun && !NO.test(asked.after ?? '')) return 'keep-alive';
  const until = metadataAt(life, 'keep-alive-until', known);
  if (until === undefined) return undefined;
  // Another job that had made its own hold longer may have written it back.
  const isOwn = marks.some(
    (it) => it.kind === 'metadata' && it.key === 'keep-alive-until' && it.after === until && isOf(it, runs),
  );
  if (isOwn) return undefined;
  const end = Date.parse(until);
  const isKept = Number.isNaN(end) || end > view.history.endedAt + HOLDS_MS;
  return isKept ? `keep-alive-until ${until}` : undefined;
}
