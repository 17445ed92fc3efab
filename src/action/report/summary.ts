import type { CommandResult, Failure, MachineResult } from '../../commands/result/result.js';
import { count } from '../../text.js';
import { safeMarkdown, shortened } from '../runner/safe-text.js';
import { accountTable } from './account-table.js';
import { classCounts, failedMachines } from './failed-machines.js';
import { wholeLines } from './failure-text.js';
import { fittingLines, tableHead, tableRow } from './markdown-table.js';
import { LONGEST_CELL, outcomeText, summaryColumns } from './summary-columns.js';
import { lastMoment, timelineLegend } from './timeline-bar.js';
import { tokenTables } from './token-summary.js';

const MOST_ROWS = 500;
const MOST_FAILURES = 50;
/** Most machines without a line of totals; a longer table can't be taken in at a glance. */
const MANY = 30;
const LONGEST_SUMMARY_LINE = 1_000;
/** Outcomes in the order of the line of totals. */
const OUTCOMES = ['failed', 'changed', 'requested', 'unchanged', 'skipped'] as const;
/** Shortest work in ms that has a timeline. */
const SHORTEST_MS = 1_000;

/** Returns the job summary of a step as markdown: one line of what happened, and a table of machines, failed ones first. */
export function summaryOf(
  command: string,
  line: string,
  { apps, machines, failures, accounts = [], report }: CommandResult,
): string {
  const sorted = [...machines].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_ROWS);
  const spans = machines.flatMap((machine) => machine.spans ?? []);
  const end = lastMoment(spans);
  const whole = end < SHORTEST_MS ? 0 : end;
  const columns = summaryColumns({ command, machines, whole, withApp: apps.length > 1 });
  const rows = fittingLines(sorted.map((machine) => tableRow(columns.map(({ cell }) => cell(machine)))));
  const heads = columns.map(({ head }) => head);
  return [
    `### Fly machines: ${command}`,
    '',
    safeMarkdown(shortened(line, LONGEST_SUMMARY_LINE)),
    '',
    ...paragraph(failures.slice(0, MOST_FAILURES).flatMap(bullets), failures.length - MOST_FAILURES),
    ...accounts.flatMap(accountTable),
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

/** Returns a failure as list items: one line, and further lines below it, since one `input` error can tell several. */
function bullets({ app, error }: Failure): string[] {
  const [first = '', ...more] = wholeLines(error).map(text);
  return [
    `- 🔴 ${app === undefined ? '' : `app ${text(app)}: `}${first}`,
    ...more.map((line) => `  - ${line}`),
  ];
}

/** Counts machines by outcome: `200 machines: 3 🔴 failed (2 no capacity, 1 timeout), 197 🟢 changed.` */
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
