import type { View } from '../../checks/check.js';
import type { Life } from '../../checks/view/life.js';
import { metadataAt } from '../../checks/view/life.js';
import type { Sent } from '../../checks/view/sent.js';
import type { ProcessRun } from '../../history/history.js';
import type { HoursTruth, Within } from './hours-truth.js';

/** Commands that put machines down, and those that bring them up. */
export const DOWN: ReadonlySet<string> = new Set(['stop', 'suspend', 'stop-idle', 'hours']);
export const UP: ReadonlySet<string> = new Set(['start', 'hours', 'warm-up']);

/** Returns the value of an input that was given and says something. */
export function inputOf({ step }: ProcessRun, name: string): string | undefined {
  const text = step.inputs[name];
  return text === 'none' || text === '' ? undefined : text;
}

/** Returns the name of the marks that a step writes; undefined where it writes none. */
export function markNameOf(run: ProcessRun): string | undefined {
  return run.step.command === 'hours' ? 'hours' : inputOf(run, 'mark');
}

/** Returns whether a step is about a machine: its app is named, and its id where ids are. */
export function isAbout(run: ProcessRun, { app, id }: Life): boolean {
  const [org, apps] = [inputOf(run, 'org'), inputOf(run, 'app')];
  const machines = inputOf(run, 'machines') ?? 'all';
  const isNamed = machines === 'all' || machines.split(', ').includes(id);
  return (
    isNamed && inputOf(run, 'exclude') !== id && (org !== undefined || (apps ?? '').split(', ').includes(app))
  );
}

/** Returns whether nothing stood in a step's way: neither weather, nor a cancel, nor a token that may too little. */
export function isCalmRun({ history, script }: View, run: ProcessRun): boolean {
  const job = script.jobs.find(({ name }) => name === run.job);
  const isWeak = JSON.stringify(job?.steps ?? '').includes('{token:weak}');
  const isCut = job?.cancelAt !== undefined || job?.lostAt !== undefined || run.end !== 'done';
  return !isWeak && !isCut && !(history.faults ?? []).some(({ by }) => by === run.id);
}

/** Returns whether nobody but a run touched a machine from a little before it began until it had ended. */
export function isUntouched({ happenings }: Life, run: ProcessRun, marginMs: number): boolean {
  return !happenings.some(
    ({ at, cause }) =>
      at >= run.startedAt - marginMs &&
      at <= run.endedAt + marginMs &&
      (cause.kind !== 'request' || cause.by !== run.id),
  );
}

/** Returns the hours that hold for a machine at a time in the eyes of a step; undefined where it has none. */
export function hoursTextAt(life: Life, run: ProcessRun, time: number): string | undefined {
  return metadataAt(life, 'hours', time) ?? inputOf(run, 'default-hours');
}

/** Returns where a moment lies in a machine's hours: a text for a machine without any, or none that can be read. */
export function withinAt(
  truth: HoursTruth,
  { life, run, time }: { readonly life: Life; readonly run: ProcessRun; readonly time: number },
): Within | string {
  const text = hoursTextAt(life, run, time);
  if (text === undefined) return 'it has no hours';
  return truth.at(text, time) ?? `nobody can read its hours "${text}"`;
}

/** Returns the orders to start, stop or suspend that a run sent and that reached Fly. */
export function ordersOf(view: View, run: ProcessRun): Sent[] {
  return view
    .sentBy(run)
    .filter(
      ({ kind, exchange }) =>
        (kind === 'start' || kind === 'stop' || kind === 'suspend') && exchange.answer !== undefined,
    );
}
