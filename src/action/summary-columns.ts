import type { MachineResult, Outcome } from '../commands/result.js';
import { formatDuration } from '../text.js';
import { safeMarkdown, shortened } from './safe-text.js';
import { timelineBar } from './timeline-bar.js';

/** Of a stranger's text in a table, in UTF-16 units. */
export const LONGEST_CELL = 300;
const LONGEST_PRINTED = 100;
/** Lines that are looked through for one with something in it. */
const MOST_BLANK = 100;

/** An outcome as a table shows it. */
export const ICONS: Record<Outcome, string> = {
  changed: '🟢 changed',
  unchanged: '⚪ unchanged',
  requested: '🔵 requested',
  skipped: '⏭️ skipped',
  failed: '🔴 failed',
};

/** A column of the summary's table. */
export interface Column {
  readonly head: string;
  /** Markdown, safe to stand in a table. */
  readonly cell: (result: MachineResult) => string;
}

/** Commands that leave a machine in the state it is in. */
const STAYING = new Set(['list', 'cordon', 'uncordon', 'exec']);

/**
 * The columns that say something of these machines; `whole` is how long the work on all took in milliseconds, 0 where
 * no timeline was kept.
 */
export function summaryColumns(
  command: string,
  machines: readonly MachineResult[],
  whole: number,
): readonly Column[] {
  const several = new Set(machines.map(({ machine }) => machine.app)).size > 1;
  const stays = STAYING.has(command) && machines.every(({ machine, state }) => machine.state === state);
  const ran = machines.some(({ exec }) => exec !== undefined);
  return [
    ...(several ? [column('App', ({ machine }) => machine.app)] : []),
    column('Machine', ({ machine }) => machine.id),
    column('Name', ({ machine }) => machine.name),
    column('Region', ({ machine }) => machine.region),
    column('Group', ({ machine }) => machine.processGroup ?? ''),
    ...(stays
      ? [column('State', ({ state }) => state)]
      : [column('Before', ({ machine }) => machine.state), column('After', ({ state }) => state)]),
    ...(command === 'list'
      ? []
      : [{ head: 'Outcome', cell: ({ outcome }: MachineResult) => ICONS[outcome] }]),
    ...(ran
      ? [column('Exit code', ({ exec }) => String(exec?.exitCode ?? '')), column('Output', printed)]
      : []),
    ...(machines.some(({ durationMs }) => durationMs > 0) ? [TOOK] : []),
    ...(whole > 0 ? [timeline(whole)] : []),
    ...(machines.some((machine) => reasonOf(machine) !== '') ? [column('Reason', reasonOf)] : []),
  ];
}

const TOOK = column('Took', ({ durationMs }) => (durationMs > 0 ? formatDuration(durationMs) : ''));

function column(head: string, textOf: (result: MachineResult) => string): Column {
  return { head, cell: (result) => safeMarkdown(shortened(textOf(result), LONGEST_CELL)) };
}

/** What ended with an exit code has that in a column of its own. */
function reasonOf({ error, reason, exec }: MachineResult): string {
  return error?.headline ?? (exec === undefined ? reason : '');
}

function timeline(whole: number): Column {
  return {
    head: 'Timeline',
    cell: ({ spans = [] }) => (spans.length === 0 ? '' : `\`${timelineBar(spans, whole)}\``),
  };
}

/** The first line that was printed with something in it. */
function printed({ exec }: MachineResult): string {
  return firstLine(exec?.stdout) || firstLine(exec?.stderr);
}

function firstLine(text = ''): string {
  const line = text.split('\n', MOST_BLANK).find((it) => it.trim() !== '') ?? '';
  return shortened(line.trim(), LONGEST_PRINTED);
}
