import { type Account, type AccountRow, hoursText } from '../../commands/result/account.js';
import type { MachineResult } from '../../commands/result/result.js';
import { groupBy } from '../../group-by.js';
import { count, thousands } from '../../text.js';
import type { Page, TableBounds } from './page.js';
import { type Share, squaresOf } from './picture.js';
import { bold, plain } from './rich-text.js';
import { type Column, column } from './table.js';

/** Most apps whose rows stand open. */
const MOST_OPEN = 15;
const MOST_ROWS = 300;
/** Most squares of one app. */
const MOST_SQUARES = 12;

/** App with its machines, and the machine-hours that a step saves there. */
interface AppRow {
  readonly app: string;
  readonly shares: readonly Share[];
  readonly hours: number;
}

/** Options of the section: how the machines of an app are drawn, and what is accounted for. */
interface AppsOptions {
  readonly sharesOf: (machines: readonly MachineResult[]) => readonly Share[];
  readonly accounts: readonly Account[];
  readonly rest: string;
}

/** Adds how the machines of each app stand, and machine-hours by size. */
export function addApps(page: Page, machines: readonly MachineResult[], options: AppsOptions): void {
  const { accounts, rest } = options;
  const rows = appRows(machines, options);
  const columns = appColumns(accounts);
  const open = rows.slice(0, MOST_OPEN);
  const others = rows.slice(MOST_OPEN);
  if (rows.length > 1) page.table(open, columns, { most: MOST_ROWS, rest });
  if (others.length > 0)
    page.fold(`${count(others.length, 'more app')}`, () =>
      page.table(others, columns, { most: MOST_ROWS, rest }),
    );
  addSizes(page, accounts, { most: MOST_OPEN, rest });
}

const appColumns = (accounts: readonly Account[]): readonly Column<AppRow>[] => [
  column('App', ({ app }) => bold(app)),
  column('', ({ shares }) => breakable(squaresOf(shares, MOST_SQUARES))),
  column('Machines', ({ shares }) => numbersOf(shares)),
  column(`Hours ${accounts[0]?.state.split(' ')[0]}`, ({ hours }) => (hours === 0 ? '' : hoursText(hours))),
];

/** Lets a row of squares break, where a page is narrow. */
function breakable(squares: string): string {
  return squares.replace(/.{4}(?=.)/gu, '$&<wbr>');
}

/** Returns how many of each there are; the legend of the picture says what a square means. */
function numbersOf(shares: readonly Share[]): string {
  return shares
    .flatMap(({ square, number }) => (number === 0 ? [] : `${square} ${thousands(number)}`))
    .join(' · ');
}

/** Returns a row for each app, by name; of what is accounted for, those with the most machines of the first two shares first. */
function appRows(machines: readonly MachineResult[], { accounts, sharesOf }: AppsOptions): AppRow[] {
  const hours = hoursBy(accounts[0]?.rows ?? [], ({ app }) => app);
  const done = ({ shares: [down, up] }: AppRow) =>
    accounts.length === 0 ? 0 : (down?.number ?? 0) + (up?.number ?? 0);
  return [...groupBy(machines, ({ machine }) => machine.app)]
    .map(([app, its]) => ({ app, shares: sharesOf(its), hours: hours.get(app) ?? 0 }))
    .sort((a, b) => done(b) - done(a) || (a.app < b.app ? -1 : 1));
}

/** Adds machine-hours by size: of each account its own, with the number of machines. */
function addSizes(page: Page, accounts: readonly Account[], bounds: TableBounds): void {
  const all = accounts.flatMap(({ rows }) => rows);
  const sizes = [...hoursBy(all, ({ size }) => size)].sort(([, a], [, b]) => b - a).map(([size]) => size);
  page.table(
    sizes,
    [
      column('Size', (size) => plain(size ?? 'not known')),
      ...accounts.map(({ state, rows }) =>
        column(`Machine-hours ${state}`, (size: string | undefined) =>
          sumText(rows.filter((it) => it.size === size)),
        ),
      ),
    ],
    bounds,
  );
}

function sumText(rows: readonly AccountRow[]): string {
  const [machines, hours] = rows.reduce(([m, h], it) => [m + it.machines, h + it.hours], [0, 0]);
  return machines === 0 ? '' : `${hoursText(hours)} (${count(machines, 'machine')})`;
}

/** Sums up hours by a key. */
function hoursBy<K>(rows: readonly AccountRow[], keyOf: (row: AccountRow) => K): Map<K, number> {
  const sums = new Map<K, number>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row.hours);
  return sums;
}
