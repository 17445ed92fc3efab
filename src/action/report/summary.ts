import type { CommandResult, Failure, MachineResult } from '../../commands/result/result.js';
import { count } from '../../text.js';
import { safeMarkdown, shortened } from '../runner/safe-text.js';
import { classCounts, failedMachines } from './failed-machines.js';
import { wholeLines } from './failure-text.js';
import { fittingLines, tableHead, tableRow } from './markdown-table.js';
import { LONGEST_CELL, outcomeText, summaryColumns } from './summary-columns.js';
import { endOf, timelineLegend } from './timeline-bar.js';
import { tokenTables } from './token-summary.js';

const MOST_ROWS = 500;
const MOST_FAILURES = 50;
/** From so many machines on, a line of totals says at a glance what a table doesn't. */
const MANY = 30;
const LONGEST_LINE = 1_000;
/** As the line of totals has them. */
const OUTCOMES = ['failed', 'changed', 'requested', 'unchanged', 'skipped'] as const;
/** Of work that took less, a timeline says nothing. */
const SHORTEST_MS = 1_000;

/** The job summary of a step: one line of what happened, and a table of machines, the failed ones first. */
export function summaryOf(
  command: string,
  line: string,
  { apps, machines, failures, report }: CommandResult,
): string {
  const sorted = [...machines].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_ROWS);
  const spans = machines.flatMap((machine) => machine.spans ?? []);
  const end = endOf(spans);
  const whole = end < SHORTEST_MS ? 0 : end;
  const columns = summaryColumns({ command, machines, whole, withApp: apps.length > 1 });
  const rows = fittingLines(sorted.map((machine) => tableRow(columns.map(({ cell }) => cell(machine)))));
  const heads = columns.map(({ head }) => head);
  return [
    `### Fly machines: ${command}`,
    '',
    safeMarkdown(shortened(line, LONGEST_LINE)),
    '',
    ...paragraph(failures.slice(0, MOST_FAILURES).flatMap(bullets), failures.length - MOST_FAILURES),
    ...(machines.length > MANY ? [totals(machines), ''] : []),
    ...(rows.length > 0 ? [...tableHead(heads), ...rows] : []),
    ...(machines.length > rows.length
      ? ['', `…and ${machines.length - rows.length} more; all are in the output \`machines-file\`.`]
      : []),
    ...(report === undefined ? [] : tokenTables(report)),
    ...(whole > 0 ? ['', timelineLegend(spans, whole)] : []),
    '',
    '',
  ].join('\n');
}

function paragraph(lines: readonly string[], more: number): string[] {
  if (lines.length === 0) return [];
  return [...lines, ...(more > 0 ? [`- …and ${count(more, 'app')} more`] : []), ''];
}

/** A line each, since input errors come several at once. */
function bullets({ app, error }: Failure): string[] {
  const [first = '', ...more] = wholeLines(error).map(text);
  return [
    `- 🔴 ${app === undefined ? '' : `app ${text(app)}: `}${first}`,
    ...more.map((line) => `  - ${line}`),
  ];
}

/** `200 machines: 3 🔴 failed (2 no capacity, 1 timeout), 197 🟢 changed.` */
function totals(machines: readonly MachineResult[]): string {
  const numbers = new Map(OUTCOMES.map((outcome) => [outcomeText({ outcome }), 0]));
  for (const machine of machines) {
    const text = outcomeText(machine);
    numbers.set(text, (numbers.get(text) ?? 0) + 1);
  }
  const classes = ` (${classCounts(failedMachines(machines))})`;
  const parts = [...numbers]
    .filter(([, number]) => number > 0)
    .map(
      ([text, number]) => `${number} ${text}${text === outcomeText({ outcome: 'failed' }) ? classes : ''}`,
    );
  return `${count(machines.length, 'machine')}: ${parts.join(', ')}.`;
}

function text(value: string): string {
  return safeMarkdown(shortened(value, LONGEST_CELL));
}

function rank({ outcome }: MachineResult): number {
  return outcome === 'failed' ? 0 : 1;
}
