import type { CommandResult, MachineReport, Outcome } from '../commands/result.js';
import { formatDuration } from '../text.js';
import { safeMarkdown } from './safe-text.js';

/** GitHub refuses a summary over 1 MiB; rows of hostile length aside, these stay far below. */
const MOST_ROWS = 500;
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
  const rows = [...machines].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_ROWS);
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
  const others = failures.filter(({ what }) => !what.startsWith('machine '));
  return [
    `### Fly machines: ${command}`,
    '',
    safeMarkdown(line),
    '',
    ...others.map(({ what, error }) => `- 🔴 ${cell(what)}: ${cell(error.line)}`),
    ...(others.length > 0 ? [''] : []),
    ...(rows.length > 0
      ? [tableRow(head), tableRow(head.map(() => '---')), ...rows.map((it) => tableRow(cells(it, several)))]
      : []),
    ...(machines.length > rows.length
      ? ['', `…and ${machines.length - rows.length} more; all are in the output \`machines-file\`.`]
      : []),
    '',
    '',
  ].join('\n');
}

function cells(report: MachineReport, withApp: boolean): string[] {
  const { app, id, name, region, process_group, previous_state, state, outcome, duration_ms, reason, error } =
    report;
  const texts = [...(withApp ? [app] : []), id, name, region, process_group, previous_state, state].map(cell);
  const took = duration_ms > 0 ? formatDuration(duration_ms) : '';
  return [...texts, ICONS[outcome], took, cell(error ?? reason)];
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
