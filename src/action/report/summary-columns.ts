import { COMMAND_NAMES, rowOf } from '../../command-table.js';
import type { MachineResult, Outcome } from '../../commands/result/result.js';
import { formatDuration } from '../../text.js';
import { safeMarkdown, shortened } from '../runner/safe-text.js';
import { stateAfter, stateBefore } from './machine-line.js';
import { timelineBar } from './timeline-bar.js';

/** Of a stranger's text in a table, in UTF-16 units. */
export const LONGEST_CELL = 300;
const LONGEST_PRINTED = 90;
/** Programs say last what went wrong. */
const MOST_PRINTED = 3;
/** Lines that are looked through for one with something in it. */
const MOST_BLANK = 100;
/** That many of its characters are looked through for the last lines. */
const LONGEST_END = 100_000;

const ICONS: Record<Outcome, string> = {
  changed: '🟢 changed',
  unchanged: '⚪ unchanged',
  requested: '🔵 requested',
  skipped: '⏭️ skipped',
  failed: '🔴 failed',
};

/** An outcome as a table shows it; of a dry run, what would be done. */
export function outcomeText({
  outcome,
  wouldChange,
}: Pick<MachineResult, 'outcome' | 'wouldChange'>): string {
  return wouldChange === undefined ? ICONS[outcome] : `⏭️ would ${wouldChange}`;
}

/** A column of the summary's table. */
export interface Column {
  readonly head: string;
  /** Markdown, safe to stand in a table. */
  readonly cell: (result: MachineResult) => string;
}

/** What a table is about. */
export interface TableOptions {
  readonly command: string;
  readonly machines: readonly MachineResult[];
  /** How long the work on all took in milliseconds, 0 for a table without a timeline. */
  readonly whole: number;
  /** Whether there are several apps. */
  readonly withApp: boolean;
}

const STAYING: ReadonlySet<string> = new Set(COMMAND_NAMES.filter((it) => rowOf(it).keepsState));
const LISTING: ReadonlySet<string> = new Set(COMMAND_NAMES.filter((it) => rowOf(it).onlyLists));

/** The columns that say something of these machines. */
export function summaryColumns({ command, machines, whole, withApp }: TableOptions): readonly Column[] {
  const after = (result: MachineResult) => stateAfter(result, command);
  const stays = STAYING.has(command) && machines.every((it) => stateBefore(it) === after(it));
  const ran = machines.some(({ exec }) => exec !== undefined);
  return [
    ...(withApp ? [column('App', ({ machine }) => machine.app)] : []),
    column('Machine', ({ machine }) => machine.id),
    column('Name', ({ machine }) => machine.name),
    column('Region', ({ machine }) => machine.region),
    column('Group', ({ machine }) => machine.processGroup ?? ''),
    ...(stays ? [column('State', after)] : [column('Before', stateBefore), column('After', after)]),
    ...(LISTING.has(command) ? [] : [{ head: 'Outcome', cell: outcomeText }]),
    ...(machines.some((machine) => reasonOf(machine) !== '') ? [column('Reason', reasonOf)] : []),
    ...(ran
      ? [column('Exit code', ({ exec }) => String(exec?.exitCode ?? '')), column('Output', printed)]
      : []),
    ...(machines.some(({ durationMs }) => durationMs > 0) ? [TOOK] : []),
    ...(whole > 0 ? [timeline(whole)] : []),
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

/** The first line that was printed with something in it; where the command failed, the last ones. */
function printed({ exec, outcome }: MachineResult): string {
  if (outcome === 'failed') return lastLines(exec?.stderr) || lastLines(exec?.stdout);
  return firstLine(exec?.stdout) || firstLine(exec?.stderr);
}

function firstLine(text = ''): string {
  const line = text.split('\n', MOST_BLANK).find((it) => it.trim() !== '') ?? '';
  return shortened(line.trim(), LONGEST_PRINTED);
}

function lastLines(text = ''): string {
  const lines = text.slice(-LONGEST_END).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-MOST_PRINTED)
    .map((line) => shortened(line, LONGEST_PRINTED))
    .join(' ⏎ ');
}
