import type { MachineResult } from '../../commands/result/result.js';
import { shortened } from '../runner/safe-text.js';
import type { Page } from './page.js';
import { plain, rich } from './rich-text.js';
import { type Column, column } from './table.js';

const MOST_REASONS = 50;
const LONGEST_REASON = 600;
/** Most machines that are named for one reason. */
const MOST_NAMED = 12;

/** Machines that were left alone for one reason. */
interface Group {
  readonly reason: string;
  readonly machines: readonly MachineResult[];
}

/** Adds which machines nothing was done to, folded, and grouped by why. */
export function addLeftAlone(
  page: Page,
  machines: readonly MachineResult[],
  title: string,
  rest: string,
): void {
  if (machines.length === 0) return;
  const groups = groupedByReason(machines);
  page.fold(title, () => page.table(groups, COLUMNS, { most: MOST_REASONS, rest }));
}

const COLUMNS: readonly Column<Group>[] = [
  column('Machines', ({ machines }) => machines.length.toLocaleString('en-US')),
  column('Why', ({ reason }) => rich(shortened(reason, LONGEST_REASON))),
  column('Which', ({ machines }) => whichOf(machines)),
];

function whichOf(machines: readonly MachineResult[]): string {
  const names = machines.slice(0, MOST_NAMED).map(({ machine: { name, id } }) => plain(name || id));
  const more = machines.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}

/** Groups machines by reason, the largest group first. Reasons that differ in numbers and times alone count as one. */
function groupedByReason(machines: readonly MachineResult[]): Group[] {
  const groups = new Map<string, MachineResult[]>();
  for (const it of machines) {
    const kind = kindOf(it);
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [it]);
    else group.push(it);
  }
  return [...groups]
    .map(([kind, its]) => ({
      reason: new Set(its.map(reasonOf)).size > 1 ? kind : reasonOf(its[0]),
      machines: its,
    }))
    .sort((a, b) => b.machines.length - a.machines.length);
}

function reasonOf(it: MachineResult | undefined): string {
  return it?.reason || it?.outcome || '';
}

/** Returns a reason without what is the machine's own: its id, and numbers and times with their units. */
function kindOf(it: MachineResult): string {
  return reasonOf(it)
    .replaceAll(it.machine.id, '…')
    .replace(/\d[\w.:+-]*( (ms|s|min|h|d)\b)?/g, '…')
    .replace(/…( …)+/g, '…');
}
