import { COMMAND_NAMES, rowOf } from '../../command-table.js';
import { marksOf } from '../../commands/marks/mark.js';
import { briefMark, tagsOf } from '../../commands/marks/mark-words.js';
import type { MachineResult } from '../../commands/result/result.js';
import { formatDuration, formatTime } from '../../text.js';
import { stateAfter, stateBefore } from '../report/machine-line.js';
import { shortened } from '../runner/safe-text.js';
import { squareOf } from './picture.js';
import { bold, code, plain, rich } from './rich-text.js';
import { type Column, column, type Fact } from './table.js';

const LONGEST_PRINTED = 90;
/** Most of the last lines that a cell shows of a command that failed: programs say last what went wrong. */
const MOST_PRINTED = 3;
/** Most lines searched for the first that is not blank. */
const MOST_BLANK = 100;
/** Most characters searched for the last lines. */
const LONGEST_END = 100_000;

/** Commands whose summary is of machines as they are, since nothing has an outcome. */
export const LISTING: ReadonlySet<string> = new Set(COMMAND_NAMES.filter((it) => rowOf(it).onlyLists));

/** Returns the columns that these machines fill in a table; those that have nothing to say are left out there. */
export function machineColumns(
  { command, withApp }: { readonly command: string; readonly withApp: boolean },
  machines: readonly MachineResult[],
): readonly Column<MachineResult>[] {
  const isListing = LISTING.has(command);
  const marks: Fact<MachineResult>['of'] = isListing
    ? ({ machine }) => tagsOf(machine).map(plain).join('<br>')
    : markCell;
  const state = (it: MachineResult) => plain(stateWords(it, command));
  // A state that all share stands above the table.
  const isOneState = machines.length > 1 && new Set(machines.map(state)).size === 1;
  const hasProse = machines.some((it) => remark(it) !== '' || it.exec !== undefined);
  return [
    ...(hasProse ? [whichColumn(withApp)] : [WHO, { head: 'Where', facts: whereFacts(withApp) }]),
    {
      head: isOneState ? 'Remark' : 'State',
      facts: [
        { of: (it) => (isListing ? `${squareOf(it.state)} ${state(it)}` : state(it)), shared: 'state' },
        { of: ({ wouldChange }) => (wouldChange === undefined ? '' : `would ${wouldChange}`), shared: '' },
        { of: (it) => rich(remark(it)), shared: '' },
        { of: marks, shared: 'mark' },
      ],
    },
    { head: 'Quiet for', facts: [{ of: (it) => plain(quietFor(it)) }, { of: lastBusy }] },
    column('Up for', ({ evidence, machine }) => ago(evidence?.upSince, machine.seenAt)),
    column('Size', ({ evidence, machine }) => (evidence === undefined ? '' : plain(machine.size ?? '')), {
      shared: 'size',
    }),
    column('Exit code', ({ exec }) => String(exec?.exitCode ?? ''), { shared: 'exit code' }),
    column('Output', (it) => code(printed(it).join(' ⏎ '))),
    column('Took', ({ durationMs }) => (durationMs > 0 ? formatDuration(durationMs) : '')),
  ];
}

/** Column that says which machine it is. */
const WHO: Column<MachineResult> = column('Machine', ({ machine: { name, id } }) =>
  [bold(name), code(id)].filter(Boolean).join(' '),
);

/** Returns one column that says which machine it is and where, beside prose that needs the room. */
export function whichColumn(withApp: boolean): Column<MachineResult> {
  return { ...WHO, facts: [...WHO.facts, ...whereFacts(withApp)] };
}

/** Returns where a machine is: with several apps, in which of them. */
function whereFacts(withApp: boolean): readonly Fact<MachineResult>[] {
  return [
    { of: ({ machine }) => (withApp ? plain(machine.app) : ''), shared: 'app', line: 'where' },
    { of: ({ machine }) => plain(machine.processGroup ?? ''), shared: 'group', line: 'where' },
    { of: ({ machine }) => plain(machine.region), shared: 'region', line: 'where' },
  ];
}

/** Returns a machine's state, before and after where it has changed: `stopped → started`. */
function stateWords(result: MachineResult, command: string): string {
  const [before, after] = [stateBefore(result), stateAfter(result, command)];
  return before === after ? after : `${before} → ${after}`;
}

/** Says for how long a machine is quiet, as far back as was looked: `at least 45 min`. */
function quietFor({ evidence, machine: { seenAt } }: MachineResult): string {
  const long = ago(evidence?.quietSince, seenAt);
  return long === '' || evidence?.lastBusy !== undefined ? long : `at least ${long}`;
}

/** Says when a machine was seen at work last: `last busy 11-30 14:02 UTC`. */
function lastBusy({ evidence }: MachineResult): string {
  const at = evidence?.lastBusy;
  return at === undefined ? '' : `last busy ${formatTime(at).slice(5, 16).replace('T', ' ')} UTC`;
}

function ago(since: number | undefined, now: number | undefined): string {
  return since === undefined || now === undefined ? '' : formatDuration(now - since);
}

/** Returns a machine's remark, without what a dry run says of each. A result with an exit code has its remark in that column. */
function remark({ reason, exec, wouldChange }: MachineResult): string {
  if (exec !== undefined) return '';
  if (wouldChange === undefined) return reason;
  return reason.replace(`dry run: would ${wouldChange}`, '').replace(/^; /, '');
}

/** Names the marks that a machine bears in the end. */
function markCell({ machine, marks = marksOf(machine) }: MachineResult): string {
  return plain(marks.map(briefMark).join(', '));
}

/** Returns the first printed line that is not blank; for a command that failed, the last ones. */
export function printed({ exec, outcome }: MachineResult): readonly string[] {
  const of = outcome === 'failed' ? lastLines : firstLine;
  const [first, second] = outcome === 'failed' ? [exec?.stderr, exec?.stdout] : [exec?.stdout, exec?.stderr];
  const lines = of(first);
  return (lines.length > 0 ? lines : of(second)).map((line) => shortened(line, LONGEST_PRINTED));
}

function firstLine(text = ''): readonly string[] {
  return filled(text.split('\n', MOST_BLANK)).slice(0, 1);
}

function lastLines(text = ''): readonly string[] {
  return filled(text.slice(-LONGEST_END).split('\n')).slice(-MOST_PRINTED);
}

function filled(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}
