import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { wholeRuns } from '../view/span.js';
import type { Told } from '../view/told.js';
import { wishOf } from '../view/wish.js';

/** Participle of what a command does to a machine, as its last line has it. */
const PAST: Readonly<Record<string, string>> = {
  start: 'started',
  stop: 'stopped',
  suspend: 'suspended',
  restart: 'restarted',
  cordon: 'cordoned',
  uncordon: 'uncordoned',
  exec: 'ran on',
  'warm-up': 'started',
};

/** Promise that people read what the outputs say. */
export const lastLine: Check = {
  name: 'last line is true',
  promise:
    "The numbers of the log's last line agree with the outcomes, a red step has an error annotation, and a green one has none.",
  look: (view, report) => {
    for (const run of wholeRuns(view.history)) {
      report.seen();
      const errors = run.printed.filter(({ level }) => level === 'error');
      if (run.succeeded === false && errors.length === 0)
        report.found('is red without an error', { run: run.id });
      if (run.succeeded === true && errors.length > 0)
        report.found(`is green with an error: ${errors[0]?.text.slice(0, 120)}`, { run: run.id });
      lookAtLine(view, run, report);
    }
  },
};

function lookAtLine(view: View, run: ProcessRun, report: Report): void {
  const told = view.told(run);
  const line = run.printed.findLast(({ level }) => level === 'info')?.text ?? '';
  const total = numberIn(line, /failed (\d+) of /);
  if (told === undefined || total === undefined) return;
  const number = (outcome: Told['outcome']) => told.filter((it) => it.outcome === outcome).length;
  // What would be announced would not be changed.
  const would = told.filter(
    ({ outcome, reason }) => outcome === 'skipped' && /^dry run: would (?!announce)/.test(reason),
  ).length;
  const { command, dryRun, idleAction } = wishOf(run.step);
  const past = command === 'stop-idle' ? PAST[idleAction] : PAST[command];
  const numbers: readonly (readonly [string, RegExp, number])[] = [
    ['failed', /failed (\d+) of /, number('failed')],
    ['of all', /failed \d+ of (\d+)/, told.length],
    ['requested', /requested (\d+)/, number('requested')],
    ['skipped', /skipped (\d+)/, number('skipped') - would],
    ['already', /already [a-z]+ (\d+)/, number('unchanged')],
  ];
  const found = (what: string) => report.found(`${what}: ${line}`, { run: run.id });
  for (const [what, form, wanted] of numbers) {
    const shown = numberIn(line, form);
    if (what === 'already' && shown === undefined) continue;
    if ((shown ?? 0) !== wanted) found(`the last line says ${what} ${shown}, not ${wanted}`);
  }
  if (dryRun) {
    // Of two directions, each has its number.
    const numbersOf = [...line.matchAll(/would (?!announce)[a-z ]+ (\d+)/g)].map(([, digits]) =>
      Number(digits),
    );
    const shown = numbersOf.reduce((a, b) => a + b, 0);
    if (shown !== would) found(`the last line says would ${shown}, not ${would}`);
  }
  if (dryRun || past === undefined) return;
  const done =
    (numberIn(line, new RegExp(`(?<!already )${past} (\\d+)`)) ?? 0) +
    (numberIn(line, / instead (\d+)/) ?? 0);
  if (done !== number('changed')) found(`the last line says ${past} ${done}, not ${number('changed')}`);
}

function numberIn(line: string, form: RegExp): number | undefined {
  const [, digits] = form.exec(line) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
