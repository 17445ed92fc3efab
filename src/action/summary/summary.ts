import { upshotOf } from '../../commands/result/count-machines.js';
import type { Upshot } from '../../commands/result/counts.js';
import type { CommandResult, MachineResult } from '../../commands/result/result.js';
import { count } from '../../text.js';
import { byPlace } from '../report/by-place.js';
import { safeMarkdown, shortened } from '../runner/safe-text.js';
import { addApps } from './apps-section.js';
import { LISTING, machineColumns } from './columns.js';
import { addFailures } from './failed-section.js';
import { headlineOf } from './headline.js';
import { addLeftAlone } from './left-alone.js';
import { Page } from './page.js';
import { legendOf, type Share, sharesOfPicks, sharesOfStates, sharesOfWork, squaresOf } from './picture.js';
import { rich } from './rich-text.js';
import { addTimeline } from './timeline.js';
import { addToken } from './token-section.js';

const MOST_ROWS = 500;
const MOST_NOTES = 10;
/** Most machines whose table stands open; a longer one is folded. */
const MOST_OPEN = 40;
/** The same for a list, which is looked at for its machines alone. */
const MOST_LISTED = 100;
const LONGEST_LINE = 1_000;
const REST = '; all are in the output `machines-file`.';

/**
 * Returns the job summary of a step as Markdown. It begins with what came of the step; then follow what failed and what to do,
 * what changed, and folded what was left alone. `command` is its name, or that of a restore: `start, at the job's end`.
 */
export function summaryOf(command: string, line: string, result: CommandResult): string {
  const { report, reportedAt = 0 } = result;
  const machines = [...result.machines].sort((a, b) => byPlace(a.machine, b.machine));
  const page = new Page();
  page.add(`### ${headlineOf(command, result)}`);
  const shares = sharesOf(command, result).filter(({ number }) => number > 0);
  if (shares.length > 0) page.add(`${squaresOf(shares)}<br>${legendOf(shares)}`);
  page.add(`<sub>${safeMarkdown(shortened(line, LONGEST_LINE))}</sub>`);
  addFailures(page, { ...result, machines }, REST);
  if (LISTING.has(command)) {
    addApps(page, machines, { sharesOf: sharesOfStates, accounts: [], rest: REST });
    addMachines(page, command, result, {
      machines,
      most: MOST_LISTED,
      title: count(machines.length, 'machine'),
    });
  } else addWork(page, command, { ...result, machines });
  if (report !== undefined) addToken(page, report, reportedAt);
  return page.text;
}

function sharesOf(command: string, result: CommandResult): readonly Share[] {
  if (LISTING.has(command)) return sharesOfStates(result.machines);
  return result.accounts === undefined ? sharesOfWork(result) : sharesOfPicks(result.machines);
}

/** Adds what a step did or would do, and folded what it left alone. */
function addWork(page: Page, command: string, result: CommandResult): void {
  const { machines, accounts, counts = [], standing = [] } = result;
  const of = (upshots: readonly Upshot[]) => machines.filter((it) => upshots.includes(upshotOf(it)));
  if (accounts !== undefined) addApps(page, machines, { sharesOf: sharesOfPicks, accounts, rest: REST });
  for (const upshots of DONE) {
    const words = counts.filter(({ upshot, number }) => upshots.includes(upshot) && number > 0);
    const its = of(upshots);
    // The line counts what is announced among what is skipped.
    const title = words.map(({ label, number }) => `${safeMarkdown(label)} ${number}`).join(', ');
    addMachines(page, command, result, {
      machines: its,
      most: MOST_OPEN,
      title: title || `${upshots[0]} ${its.length}`,
    });
  }
  page.add(...standing.slice(0, MOST_NOTES).map((it) => `- ${rich(it)}`));
  const left = of(['unchanged', 'skipped']);
  addLeftAlone(page, left, { rest: REST, withApp: result.apps.length > 1 });
  addTimeline(page, machines);
}

/** Upshots of which each has a table of its own. */
const DONE: readonly (readonly Upshot[])[] = [['would'], ['announced'], ['changed', 'instead', 'requested']];

/** Adds a table of machines below its title; a long one is folded. */
function addMachines(
  page: Page,
  command: string,
  { apps }: CommandResult,
  { machines, most, title }: MachineTable,
): void {
  if (machines.length === 0) return;
  const columns = machineColumns({ command, withApp: apps.length > 1 }, machines);
  const table = () => page.table(machines, columns, { most: MOST_ROWS, rest: REST });
  if (machines.length > most) page.fold(title, table);
  else {
    if (!LISTING.has(command)) page.add(`<b>${title}</b>`);
    table();
  }
}

/** Machines that a table shows. */
interface MachineTable {
  readonly machines: readonly MachineResult[];
  /** Most of them for a table that stands open. */
  readonly most: number;
  /** Title of the table (HTML). */
  readonly title: string;
}
