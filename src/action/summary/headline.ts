import { WORKING_COMMANDS } from '../../command-table.js';
import { NOT_BEGUN } from '../../commands/engine/halt.js';
import type { Count, Upshot } from '../../commands/result/counts.js';
import { appList, type CommandResult } from '../../commands/result/result.js';
import type { TokenReport } from '../../permissions/report-shape.js';
import { count } from '../../text.js';
import { failedMachines } from '../report/failed-machines.js';
import { safeMarkdown, shortened } from '../runner/safe-text.js';

const LONGEST_APPS = 120;
/** Upshots of what a step does; of the others, it has done nothing to the machine. */
const DOING: ReadonlySet<Upshot> = new Set(['would', 'changed', 'instead', 'requested', 'announced']);

/** Says in one line what came of a step: `🔴 start: 2 of 12 machines failed in shop-api`. */
export function headlineOf(command: string, result: CommandResult): string {
  const { apps, machines, counts = [], report, goal } = result;
  const where =
    machines.length === 0 && counts.length === 0 ? '' : ` in ${shortened(appList(apps), LONGEST_APPS)}`;
  const trouble = troubleIn(result);
  if (trouble !== undefined) return `🔴 ${command}${safeMarkdown(trouble)}`;
  if (report !== undefined) return verdictLine(command, report);
  const isDry = counts.some(({ upshot }) => upshot === 'would');
  // A command that only waits has done its work without changing anything.
  const hasDone = counts.length === 0 || counts[0]?.upshot === 'unchanged' || doneIn(counts).length > 0;
  const icon = isDry ? '🟠' : hasDone ? '🟢' : '⚪';
  const done = counts.length > 0 ? doneWords(counts, machines.length) : count(machines.length, 'machine');
  const said = goal ?? done;
  const what = where === '' ? '' : `: ${said}${where}`;
  return `${icon} ${command}${isDry ? ', dry run' : ''}${safeMarkdown(what)}`;
}

/** Says what has failed, the worst alone; undefined where nothing has. */
function troubleIn({ apps, machines, failures, goal }: CommandResult): string | undefined {
  const failed = failedMachines(machines);
  const [step] = failures.filter(({ app }) => app === undefined);
  const where = shortened(appList(apps), LONGEST_APPS);
  const hasFailed = failed.length + failures.length > 0;
  if (hasFailed && goal !== undefined) return `: ${goal} in ${where}`;
  if (failed.length > 0) {
    const isOver = failed.every(({ error }) => error.class === 'cancelled');
    const of = failed.length === machines.length ? '' : ` of ${machines.length}`;
    const left = machines.filter(({ reason }) => reason.startsWith(NOT_BEGUN)).length;
    const more = left === 0 ? '' : `, ${left} not begun`;
    return `${isOver ? ', cancelled' : ''}: ${failed.length}${of} ${machines.length === 1 ? 'machine' : 'machines'} failed${more} in ${where}`;
  }
  if (step !== undefined) return ` failed: ${step.error.class}`;
  if (failures.length > 0) return `: ${failures.length} of ${count(apps.length, 'app')} could not be read`;
  return undefined;
}

function doneIn(counts: readonly Count[]): readonly Count[] {
  return counts.filter(({ upshot, number }) => number > 0 && DOING.has(upshot));
}

/** Says what was done: `started 2, stopped 5 of 40 machines`; of what only waits, `3 of 3 machines settled`. */
function doneWords(counts: readonly Count[], total: number): string {
  const [first] = counts;
  const all = count(total, 'machine');
  if (first?.upshot === 'unchanged') return `${first.number} of ${all} ${first.label}`;
  const done = doneIn(counts);
  const told = done.length > 0 ? done : counts.slice(0, 1);
  return `${told.map(({ label, number }) => `${label} ${number}`).join(', ')} of ${all}`;
}

/** Says what a token is good for: `🟠 inspect: the token may run 2 of 13 commands on my-app`. */
function verdictLine(command: string, { verdicts, app, accepted }: TokenReport): string {
  if (accepted === false) return `🔴 ${command}: Fly does not accept the token`;
  const mays = WORKING_COMMANDS.map((name) => verdicts[name]?.verdict);
  const number = mays.filter((it) => it === 'yes').length;
  const icon = number === mays.length ? '🟢' : number > 0 || mays.includes('fly must say') ? '🟠' : '🔴';
  const what = number === mays.length ? 'every command' : `${number} of ${mays.length} commands`;
  return `${icon} ${command}: the token may run ${what}${app === null ? '' : ` on ${safeMarkdown(app)}`}`;
}
