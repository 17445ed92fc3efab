import type { MachineResult } from '../../commands/result/result.js';
import { groupBy } from '../../group-by.js';
import { count, thousands } from '../../text.js';
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

/** Bounds and names of the section. */
interface LeftAloneOptions {
  readonly rest: string;
  /** True for several apps, so that machines are named with theirs. */
  readonly withApp: boolean;
}

/** Adds which machines nothing was done to, folded, and grouped by why. */
export function addLeftAlone(
  page: Page,
  machines: readonly MachineResult[],
  { rest, withApp }: LeftAloneOptions,
): void {
  if (machines.length === 0) return;
  const columns: readonly Column<Group>[] = [
    column('Machines', ({ machines: its }) => thousands(its.length)),
    column('Why', ({ reason }) => rich(shortened(reason, LONGEST_REASON))),
    column('Which', ({ machines: its }) => whichOf(its, withApp)),
  ];
  page.fold(`${count(machines.length, 'machine')} left alone, and why`, () =>
    page.table(groupedByReason(machines), columns, { most: MOST_REASONS, rest }),
  );
}

/** Names the first machines of a group, with several apps behind the name of theirs: `shop: web-1, web-2; api: web-1`. */
function whichOf(machines: readonly MachineResult[], withApp: boolean): string {
  const named = machines.slice(0, MOST_NAMED).map(({ machine }) => machine);
  const namesOf = (its: typeof named) => its.map(({ name, id }) => plain(name || id)).join(', ');
  const apps = [...groupBy(named, ({ app }) => app)].map(([app, its]) => `${plain(app)}: ${namesOf(its)}`);
  const more = machines.length - named.length;
  const names = withApp ? apps.join('; ') : namesOf(named);
  return `${names}${more > 0 ? ` and ${thousands(more)} more` : ''}`;
}

/** Groups machines by reason, the largest group first. Reasons that differ in numbers and times alone count as one. */
function groupedByReason(machines: readonly MachineResult[]): Group[] {
  return [...groupBy(machines, kindOf)]
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
    .replace(/[\w-]+/g, (word) => (word === it.machine.id ? '…' : word))
    .replace(/\d[\w.:+-]*( (ms|s|min|h|d)\b)?/g, '…')
    .replace(/…( …)+/g, '…');
}
