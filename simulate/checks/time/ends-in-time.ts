import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { timeLimitOf } from './time-limit.js';

/** Time after its deadline in which a step gives leases back and reports, in milliseconds. */
const GRACE_MS = 5_000;
/** Time within which a cancelled process has gone: the runner kills soon after. */
const CANCEL_MS = 5_000;
/** Longest time of a post, and what it may take beside that. */
const POST_MS = 240_000 + 60_000;

/** Sees to it that each process ends, in time, by itself, and altogether. */
export const endsInTime: Check = {
  name: 'ends in time',
  promise:
    'A step ends by its `timeout`, a post within five minutes, both within five seconds of a cancel; nothing is sent afterwards, nothing is thrown, and no post fails.',
  look(view, report) {
    for (const run of view.history.runs) {
      report.seen();
      judgeEnd(run, report);
      judgeTime(run, view, report);
    }
  },
};

function judgeEnd({ id, end, threw, afterEnd, part, printed }: ProcessRun, report: Report): void {
  const [first] = afterEnd;
  if (first !== undefined) report.found(`${first.what} was sent after the end`, { run: id, time: first.at });
  if (threw !== undefined) report.found(`it threw: ${threw}`, { run: id });
  if (end === 'hung') report.found('it hangs', { run: id });
  const error = part === 'post' ? printed.find(({ level }) => level === 'error') : undefined;
  if (error !== undefined)
    report.found(`a post printed an error: ${error.text.slice(0, 200)}`, { run: id, time: error.at });
}

function judgeTime(run: ProcessRun, { script }: View, report: Report): void {
  const { id, part, startedAt, endedAt, cancelledAt, end } = run;
  if (end === 'died' || end === 'lost') return;
  const limit = part === 'post' ? POST_MS : timeLimitOf(run, script) + GRACE_MS;
  // A runner's clock that jumps moves deadlines that are set anew.
  const jumps = script.jobs.find(({ name }) => name === run.job)?.clock.jumps ?? [];
  const late = endedAt - startedAt - limit - jumps.reduce((sum, { byMs }) => sum + Math.abs(byMs), 0);
  if (late > 0) report.found(`it ended ${Math.ceil(late / 1_000)} s too late`, { run: id, time: endedAt });
  if (cancelledAt === undefined) return;
  const since = endedAt - cancelledAt;
  if (since > CANCEL_MS) report.found(`it ended ${since} ms after its cancel`, { run: id, time: endedAt });
}
