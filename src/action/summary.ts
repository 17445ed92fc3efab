import type { CommandResult, Failure, MachineReport, Outcome } from '../commands/result.js';
import { formatDuration } from '../text.js';
import { safeMarkdown } from './safe-text.js';

const MOST_ROWS = 500;
/** GitHub refuses a summary over 1 MiB, and hostile names can make rows long. In bytes. */
const MOST_BYTES = 800_000;
const LONGEST_CELL = 300;

const ICONS: Record<Outcome, string> = {
  changed: '🟢 changed',
  unchanged: '⚪ unchanged',
  requested: '🔵 requested',
  skipped: '⏭️ skipped',
  failed: '🔴 failed',
};

/** The job summary of a step: one line of what happened, and a table of machines, the failed ones first. */
export function summaryOf(command: string, line: string, { machines, failures }: CommandResult): string {
  const several = new Set(machines.map(({ app }) => app)).size > 1;
  const sorted = [...machines].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_ROWS);
  const rows = fitting(sorted.map((machine) => tableRow(cells(machine, several))));
  const head = [
    ...(several ? ['App'] : []),
    'Machine',
    'Name',
    'Region',
    'Group',
    'Before',
    'After',
    'Outcome',
    'Took',
    'Reason',
  ];
  const others = failures.filter(({ what }) => what?.startsWith('machine ') !== true);
  return [
    `### Fly machines: ${command}`,
    '',
    safeMarkdown(line),
    '',
    ...others.flatMap(bullets),
    ...(others.length > 0 ? [''] : []),
    ...(rows.length > 0 ? [tableRow(head), tableRow(head.map(() => '---')), ...rows] : []),
    ...(machines.length > rows.length
      ? ['', `…and ${machines.length - rows.length} more; all are in the output \`machines-file\`.`]
      : []),
    '',
    '',
  ].join('\n');
}

/** A line each, since input errors come several at once. */
function bullets({ what, error }: Failure): string[] {
  const [first = '', ...more] = error.line.split('\n').map(cell);
  return [
    `- 🔴 ${what === undefined ? '' : `${cell(what)}: `}${first}`,
    ...more.map((line) => `  - ${line}`),
  ];
}

function cells(report: MachineReport, withApp: boolean): string[] {
  const { app, id, name, region, process_group, previous_state, state, outcome, duration_ms, reason, error } =
    report;
  const texts = [...(withApp ? [app] : []), id, name, region, process_group, previous_state, state].map(cell);
  const took = duration_ms > 0 ? formatDuration(duration_ms) : '';
  return [...texts, ICONS[outcome], took, cell(error ?? reason)];
}

/** The rows from the first on that are small enough together. */
function fitting(rows: readonly string[]): string[] {
  let bytes = 0;
  return rows.filter((row) => {
    bytes += Buffer.byteLength(row) + 1;
    return bytes <= MOST_BYTES;
  });
}

function tableRow(cellTexts: readonly string[]): string {
  return `| ${cellTexts.join(' | ')} |`;
}

function cell(text: string): string {
  return safeMarkdown(text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text);
}

function rank({ outcome }: MachineReport): number {
  return outcome === 'failed' ? 0 : 1;
}
