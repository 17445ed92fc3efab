import { tagsOf } from '../../../commands/marks/mark-words.js';
import type { MachineResult } from '../../../commands/result/result.js';
import { tallied } from '../../../group-by.js';
import { count } from '../../../text.js';
import { byPlace } from '../by-place.js';
import { type LineOptions, limitedLines, stateBefore } from '../machine-line.js';
import { aligned, cellsOf, widthsOf } from './columns.js';

/** Most marks and holds that a line shows; a machine has one or two. */
const MOST_TAGS = 10;
/** Signs of states, which every terminal shows as wide as a letter. */
const SIGNS: Readonly<Record<string, string>> = { started: '+', stopped: '-', suspended: '~', failed: '!' };
const PASSING = '*';

/** Returns the log of `list`: how many machines are in which state, and a line for each of the first two hundred, by place. */
export function listLines(
  results: readonly MachineResult[],
  { withApp = false }: LineOptions = {},
): string[] {
  const sorted = [...results].sort((a, b) => byPlace(a.machine, b.machine));
  const widths = widthsOf(sorted.map((it) => factsOf(it, withApp)));
  const lineOf = (it: MachineResult) => aligned([...factsOf(it, withApp), ...remarksOn(it)], '  ', widths);
  return [...statesOf(results), ...limitedLines(sorted, lineOf)];
}

function factsOf(result: MachineResult, withApp: boolean): string[] {
  const { app, id, name, region, processGroup = '', state } = result.machine;
  const sign = SIGNS[state] ?? PASSING;
  return cellsOf([withApp ? app : '', id, name, region, processGroup, sign, stateBefore(result)]);
}

function remarksOn({ machine, reason }: MachineResult): string[] {
  const tags = tagsOf(machine);
  const more = tags.length > MOST_TAGS ? [`…and ${count(tags.length - MOST_TAGS, 'mark')} more`] : [];
  return cellsOf([reason, ...tags.slice(0, MOST_TAGS), ...more]);
}

/** Counts the machines that were listed by state: `12 started · 10 suspended · 8 stopped`. */
function statesOf(results: readonly MachineResult[]): string[] {
  const listed = results.filter(({ outcome }) => outcome !== 'skipped');
  const states = tallied(listed.map(({ machine }) => machine.state));
  return states.length === 0 ? [] : cellsOf([states.join(' · ')]);
}
