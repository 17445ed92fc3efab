import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { durationIn } from '../time/duration.js';
import { isLeftAlone, isQuiet } from '../view/quiet.js';
import { lifeOf } from '../view/scope.js';
import { leavesOpen } from '../view/sent.js';
import { wholeRuns } from '../view/span.js';
import { isNotBegun, type Told, waitedFor } from '../view/told.js';
import { type Wish, wishOf } from '../view/wish.js';
import { expectedOutcome } from './expected.js';

/** Classes of errors that need a world in trouble. */
const TROUBLE = [
  'network',
  'Fly failure',
  'timeout',
  'internal',
  'rate limited',
  'missing discharge',
  'third party refused',
  'unauthorized',
  'no capacity',
  'cancelled',
  'token expired',
];
/** Class of the errors about what the token may not do: Fly itself must have said so to one that allows it all. */
const FORBIDDEN = 'forbidden';
/** Milliseconds of a step's time that a wait for a lease may leave unused. */
const SPARE_MS = 15_000;
const USUAL_TIMEOUT_MS = 300_000;

/** Promise that what can be done is done, and told as done. */
export const noWrongFailure: Check = {
  name: 'no wrong failure',
  promise:
    'While nothing stands in the way, each machine has exactly the outcome that its state and the step make certain, and no step fails without trouble; leases of others are waited for, or skipped, as `on-lease` says.',
  look: (view, report) => {
    for (const run of wholeRuns(view.history)) {
      const wish = wishOf(run.step);
      const told = view.told(run) ?? [];
      lookAtLeases(view, run, told, report);
      if (!isQuiet(view, run)) continue;
      report.seen();
      const areAllSure = lookAtOutcomes(view, run, wish, told, report);
      lookAtErrors(view, run, areAllSure, report);
    }
  },
};

/** Compares outcomes with the model's; returns whether it knows that of each machine. */
function lookAtOutcomes(
  view: View,
  run: ProcessRun,
  wish: Wish,
  told: readonly Told[],
  report: Report,
): boolean {
  let areAllSure = true;
  for (const it of told) {
    const { app, id, outcome, reason, error } = it;
    const life = lifeOf(view, app, id);
    const expected =
      life !== undefined && isLeftAlone(life, run) ? expectedOutcome(view, run, wish, life) : undefined;
    if (expected === undefined) {
      areAllSure = false;
      continue;
    }
    report.seen();
    const isLeft = isNotBegun(it) || waitedFor(it) !== undefined;
    if (outcome !== expected && !(isLeft && BEGUN.has(expected)))
      report.found(`is ${outcome}, and should be ${expected}: ${error ?? reason}`, {
        run: run.id,
        machine: id,
      });
  }
  return areAllSure;
}

/** Looks for trouble in the errors of a step that had none. */
function lookAtErrors(view: View, run: ProcessRun, areAllSure: boolean, report: Report): void {
  const { id, printed } = run;
  if (!areAllSure) return;
  const isRefused = view.sentBy(run).some(({ exchange: { answer } }) => answer?.status === 403);
  const classes = isRefused ? TROUBLE : [...TROUBLE, FORBIDDEN];
  for (const { level, text } of printed) {
    const trouble =
      level === 'error'
        ? classes.find((it) => text.startsWith(`${it}:`) || text.includes(`: ${it}: `))
        : undefined;
    if (trouble !== undefined) report.found(`fails without any reason: ${text.slice(0, 200)}`, { run: id });
  }
}

/** Outcomes of machines that are begun: not so after a failure, of which another check knows more. */
const BEGUN: ReadonlySet<string> = new Set(['changed', 'requested', 'failed']);

/** Commands that read `on-lease`. */
const LEASED = ['start', 'stop', 'suspend', 'restart', 'cordon', 'uncordon', 'exec'];

function lookAtLeases(view: View, run: ProcessRun, told: readonly Told[], report: Report): void {
  const { step, startedAt, endedAt, cancelledAt } = run;
  const held = told.find(({ error }) => error?.startsWith('lease held:') === true);
  const jumps = view.script.jobs.find(({ name }) => name === run.job)?.clock.jumps ?? [];
  if (held === undefined || !LEASED.includes(step.command)) return;
  const onLease = step.inputs['on-lease']?.trim() ?? 'wait';
  const at = { run: run.id, machine: held.id };
  report.seen();
  if (onLease === 'skip' && !mayBeDown(view, run, held))
    report.found('fails for a lease that it was to skip', at);
  if (onLease !== 'wait' || cancelledAt !== undefined || jumps.length > 0) return;
  const { timeout = 'auto' } = step.inputs;
  const given = timeout === 'auto' ? USUAL_TIMEOUT_MS : durationIn(timeout);
  // A machine that waits for its turn has a share of the time.
  const turns = step.command === 'restart' ? told.length : 1;
  if (given !== undefined && endedAt - startedAt < given / turns - SPARE_MS)
    report.found('gives up on a lease that it was to wait for, long before its time is over', at);
}

/** Returns whether a restart of the run, whose answer was lost, may have taken the machine down: that is no machine to skip. */
function mayBeDown(view: View, run: ProcessRun, { app, id }: Told): boolean {
  return view
    .sentBy(run)
    .some((it) => it.kind === 'restart' && it.app === app && it.machine === id && leavesOpen(it));
}
