import { COMMAND_NAMES, rowOf } from '../../command-table.js';
import { marksOf } from '../../commands/marks/mark.js';
import { briefMark, tagsOf } from '../../commands/marks/mark-words.js';
import type { MachineResult, Outcome } from '../../commands/result/result.js';
import { formatDuration } from '../../text.js';
import { safeMarkdown, shortened } from '../runner/safe-text.js';
import { stateAfter, stateBefore } from './machine-line.js';
import { timelineBar } from './timeline-bar.js';

/** Longest text from outside in a table's cell, in UTF-16 units. */
export const LONGEST_CELL = 300;
const LONGEST_PRINTED = 90;
/** Most of the last lines that a cell shows of a command that failed: programs say last what went wrong. */
const MOST_PRINTED = 3;
/** Most lines searched for the first that is not blank. */
const MOST_BLANK = 100;
/** Most characters searched for the last lines. */
const LONGEST_END = 100_000;

const ICONS: Record<Outcome, string> = {
  changed: '🟢 changed',
  unchanged: '⚪ unchanged',
  requested: '🔵 requested',
  skipped: '⏭️ skipped',
  failed: '🔴 failed',
};

/** Returns an outcome as a table shows it; for a dry run, what the step would do. */
export function outcomeText({
  outcome,
  wouldChange,
}: Pick<MachineResult, 'outcome' | 'wouldChange'>): string {
  return wouldChange === undefined ? ICONS[outcome] : `⏭️ would ${wouldChange}`;
}

/** Column of the summary's table. */
export interface Column {
  readonly head: string;
  /** Markdown, safe to stand in a table. */
  readonly cell: (result: MachineResult) => string;
}

/** Options of the summary's table. */
export interface TableOptions {
  readonly command: string;
  readonly machines: readonly MachineResult[];
  /** Time that the work on all machines took in ms; 0 for a table without a timeline. */
  readonly whole: number;
  /** True for several apps, so that a column names them. */
  readonly withApp: boolean;
}

const STAYING: ReadonlySet<string> = new Set(COMMAND_NAMES.filter((it) => rowOf(it).keepsState));
const LISTING: ReadonlySet<string> = new Set(COMMAND_NAMES.filter((it) => rowOf(it).onlyLists));

/** Returns the columns that have something to say about these machines. */
export function summaryColumns({ command, machines, whole, withApp }: TableOptions): readonly Column[] {
  const after = (result: MachineResult) => stateAfter(result, command);
  const stays = STAYING.has(command) && machines.every((it) => stateBefore(it) === after(it));
  const tagText = LISTING.has(command) ? (it: MachineResult) => tagsOf(it.machine).join('; ') : markCell;
  const ran = machines.some(({ exec }) => exec !== undefined);
  return [
    ...(withApp ? [column('App', ({ machine }) => machine.app)] : []),
    column('Machine', ({ machine }) => machine.id),
    column('Name', ({ machine }) => machine.name),
    column('Region', ({ machine }) => machine.region),
    column('Group', ({ machine }) => machine.processGroup ?? ''),
    ...(stays ? [column('State', after)] : [column('Before', stateBefore), column('After', after)]),
    ...(LISTING.has(command) ? [] : [{ head: 'Outcome', cell: outcomeText }]),
    ...(machines.some((it) => tagText(it) !== '') ? [column('Marks', tagText)] : []),
    ...(machines.some((machine) => reasonText(machine) !== '') ? [column('Reason', reasonText)] : []),
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

/** Returns a machine's error or reason. A result with an exit code has its reason in the column of exit codes. */
function reasonText({ error, reason, exec }: MachineResult): string {
  return error?.headline ?? (exec === undefined ? reason : '');
}

/** Names the marks that a machine bears in the end. */
function markCell({ machine, marks = marksOf(machine) }: MachineResult): string {
  return marks.map(briefMark).join(', ');
}

function timeline(whole: number): Column {
  return {
    head: 'Timeline',
    cell: ({ spans = [] }) => (spans.length === 0 ? '' : `\`${timelineBar(spans, whole)}\``),
  };
}

/** Returns the first printed line that is not blank; for a command that failed, the last ones. */
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
