import { type Account, type AccountRow, hoursText } from '../../commands/result/account.js';
import { safeMarkdown, shortened } from '../runner/safe-text.js';
import { tableHead, tableRow } from './markdown-table.js';
import { LONGEST_CELL } from './summary-columns.js';

/** Most rows of an account, the one of all others included. */
const MOST_ROWS = 20;

/** Returns an account as a table for the job summary, with the smallest apps and sizes in one row; empty without any. */
export function accountTable({ heading, rows }: Account): string[] {
  if (rows.length === 0) return [];
  const isLong = rows.length > MOST_ROWS;
  const shown = isLong ? rows.slice(0, MOST_ROWS - 1) : rows;
  const others = rows.slice(shown.length);
  const lines = shown.map(({ app, size = 'not known', ...row }) => line(app, size, row));
  const rest = others.reduce(
    (sum, { machines, hours }) => ({ machines: sum.machines + machines, hours: sum.hours + hours }),
    { machines: 0, hours: 0 },
  );
  return [
    ...tableHead(['App', 'Size', 'Machines', heading]),
    ...lines,
    ...(isLong ? [line('…', `${others.length} more`, rest)] : []),
    '',
  ];
}

function line(
  app: string,
  size: string,
  { machines, hours }: Pick<AccountRow, 'machines' | 'hours'>,
): string {
  const numbers = [machines.toLocaleString('en-US'), hoursText(hours)];
  return tableRow([...[app, size].map((it) => safeMarkdown(shortened(it, LONGEST_CELL))), ...numbers]);
}
