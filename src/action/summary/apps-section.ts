import { type Account, hoursText } from '../../commands/result/account.js';
import type { MachineResult } from '../../commands/result/result.js';
import { count } from '../../text.js';
import type { Page, TableBounds } from './page.js';
import { type Share, sharesOfPicks, squaresOf } from './picture.js';
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

/** Adds what a command that picks machines has found and done in each app, and machine-hours by size. */
export function addApps(
  page: Page,
  machines: readonly MachineResult[],
  accounts: readonly Account[],
  rest: string,
): void {
  const rows = appRows(machines, accounts);
  const open = rows.slice(0, MOST_OPEN);
  const others = rows.slice(MOST_OPEN);
  if (rows.length > 1) page.table(open, COLUMNS, { most: MOST_ROWS, rest });
  if (others.length > 0)
    page.fold(`${count(others.length, 'more app')}`, () =>
      page.table(others, COLUMNS, { most: MOST_ROWS, rest }),
    );
  for (const account of accounts) addSizes(page, account, { most: MOST_OPEN, rest });
}

const COLUMNS: readonly Column<AppRow>[] = [
  {
    head: 'App',
    facts: [{ of: ({ app }) => bold(app) }],
  },
  {
    head: '',
    facts: [{ of: ({ shares }) => breakable(squaresOf(shares, MOST_SQUARES)) }],
  },
  // The legend above says what a square means.
  ...sharesOfPicks([]).map(({ square }, at) =>
    column(square, ({ shares }: AppRow) => numberText(shares[at]?.number ?? 0)),
  ),
  column('Hours', ({ hours }) => (hours === 0 ? '' : hoursText(hours))),
];

/** Lets a row of squares break, where a page is narrow. */
function breakable(squares: string): string {
  return squares.replace(/.(?=.)/gu, '$&<wbr>');
}

function numberText(number: number): string {
  return number === 0 ? '' : number.toLocaleString('en-US');
}

/** Returns a row for each app, those with the most machines put down or brought up first. */
function appRows(machines: readonly MachineResult[], accounts: readonly Account[]): AppRow[] {
  const apps = new Map<string, MachineResult[]>();
  for (const it of machines) {
    const group = apps.get(it.machine.app);
    if (group === undefined) apps.set(it.machine.app, [it]);
    else group.push(it);
  }
  const hours = new Map<string, number>();
  for (const row of accounts[0]?.rows ?? []) hours.set(row.app, (hours.get(row.app) ?? 0) + row.hours);
  const done = ({ shares: [down, up] }: AppRow) => (down?.number ?? 0) + (up?.number ?? 0);
  return [...apps]
    .map(([app, its]) => ({ app, shares: sharesOfPicks(its), hours: hours.get(app) ?? 0 }))
    .sort((a, b) => done(b) - done(a) || a.app.localeCompare(b.app));
}

/** Adds machine-hours by size. */
function addSizes(page: Page, { heading, rows }: Account, bounds: TableBounds): void {
  const sizes = new Map<string, { machines: number; hours: number }>();
  for (const { size = 'not known', machines, hours } of rows) {
    const sum = sizes.get(size) ?? { machines: 0, hours: 0 };
    sizes.set(size, { machines: sum.machines + machines, hours: sum.hours + hours });
  }
  page.table(
    [...sizes],
    [
      column('Size', ([size]) => plain(size)),
      column('Machines', ([, { machines }]) => machines.toLocaleString('en-US')),
      column(heading, ([, { hours }]) => hoursText(hours)),
    ],
    bounds,
  );
}
