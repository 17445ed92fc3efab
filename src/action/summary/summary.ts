import { COMMAND_NAMES, rowOf } from '../../command-table.js';
import { upshotOf } from '../../commands/result/count-machines.js';
import type { CommandResult, MachineResult } from '../../commands/result/result.js';
import { count } from '../../text.js';
import { safeMarkdown, shortened } from '../runner/safe-text.js';
import { addApps } from './apps-section.js';
import { machineColumns } from './columns.js';
import { addFailures } from './failed-section.js';
import { headlineOf } from './headline.js';
import { addLeftAlone } from './left-alone.js';
import { Page } from './page.js';
import { legendOf, sharesOfPicks, sharesOfStates, sharesOfWork, squaresOf } from './picture.js';
import { addTimeline } from './timeline.js';
import { addToken } from './token-section.js';

const MOST_ROWS = 500;
/** Most machines whose table stands open; a longer one is folded. */
const MOST_OPEN = { list: 100, would: 40, changed: 20 } as const;
const LONGEST_LINE = 1_000;
const REST = '; all are in the output `machines-file`.';

const LISTING: ReadonlySet<string> = new Set(COMMAND_NAMES.filter((it) => rowOf(it).onlyLists));

/**
 * Returns the job summary of a step as Markdown. It begins with what came of the step; then follow what failed and what to do,
 * what changed, and folded what was left alone. `command` is its name, or that of a restore: `start, at the job's end`.
 */
export function summaryOf(command: string, line: string, result: CommandResult): string {
  const { report, reportedAt = 0 } = result;
  const machines = inOrder(result.machines);
  const page = new Page();
  page.add(`### ${headlineOf(command, result)}`);
  addPicture(page, command, result);
  page.add(`<sub>${safeMarkdown(shortened(line, LONGEST_LINE))}</sub>`);
  addFailures(page, { ...result, machines }, REST);
  if (LISTING.has(command)) addMachines(page, { command, apps: result.apps }, machines, MOST_OPEN.list);
  else addWork(page, command, result, machines);
  if (report !== undefined) addToken(page, report, reportedAt);
  return page.text;
}

function addPicture(page: Page, command: string, result: CommandResult): void {
  const { machines, accounts } = result;
  const shares = LISTING.has(command)
    ? sharesOfStates(machines)
    : accounts === undefined
      ? sharesOfWork(result)
      : sharesOfPicks(machines);
  if (machines.length > 0) page.add(`${squaresOf(shares)}<br>${legendOf(shares)}`);
}

/** Adds what a step did, and folded what it left alone. */
function addWork(
  page: Page,
  command: string,
  result: CommandResult,
  machines: readonly MachineResult[],
): void {
  const of = (...upshots: readonly string[]) => machines.filter((it) => upshots.includes(upshotOf(it)));
  if (result.accounts !== undefined) addApps(page, machines, result.accounts, REST);
  addMachines(page, { command, apps: result.apps }, of('would'), MOST_OPEN.would);
  addMachines(page, { command, apps: result.apps }, of('changed', 'instead', 'requested'), MOST_OPEN.changed);
  const left = of('unchanged', 'skipped');
  addLeftAlone(page, left, `${count(left.length, 'machine')} left as they were, and why`, REST);
  addTimeline(page, machines);
}

/** Adds a table of machines; a long one is folded. */
function addMachines(
  page: Page,
  { command, apps }: { readonly command: string; readonly apps: readonly string[] },
  machines: readonly MachineResult[],
  mostOpen: number,
): void {
  const columns = machineColumns({ command, withApp: apps.length > 1 }, machines);
  const table = () => page.table(machines, columns, { most: MOST_ROWS, rest: REST });
  if (machines.length > mostOpen) page.fold(count(machines.length, 'machine'), table);
  else table();
}

const { compare } = new Intl.Collator('en', { numeric: true });

/** Returns machines as people look for them: by app, process group, region and name. */
function inOrder(machines: readonly MachineResult[]): MachineResult[] {
  const keysOf = ({ machine: { app, processGroup = '', region, name, id } }: MachineResult) => [
    ...[app, processGroup, region],
    name || id,
  ];
  return machines
    .map((it) => ({ it, keys: keysOf(it) }))
    .sort((a, b) => a.keys.map((key, at) => compare(key, b.keys[at] ?? '')).find((order) => order !== 0) ?? 0)
    .map(({ it }) => it);
}
