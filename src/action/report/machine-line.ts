import type { AppMachine } from '../../commands/result/app-machine.js';
import type { MachineResult } from '../../commands/result/result.js';
import { besideName, formatDuration } from '../../text.js';
import { safeLine, shortened } from '../runner/safe-text.js';
import { aligned, cellsOf, type Widths, widthsOf } from './log/columns.js';

/** Most machines that one group of the log shows; the machines' file has all. */
const MOST_LINES = 200;
const LONGEST_SHORT_NAME = 60;
const LONGEST_TEXT = 1_000;

/** Options of a machine's line: facts that its result alone doesn't hold. */
export interface LineOptions {
  /** True for several apps, so that each line names its machine's app. Default: false. */
  readonly withApp?: boolean;
  /** Past participle for a machine that changed without a change of its state, such as `cordoned`. Default: `changed`. */
  readonly past?: string;
  /** Widths that line the machine up with others; absent: it stands alone. */
  readonly widths?: Widths;
}

/** Returns how wide the columns of the machines' lines have to be. */
export function lineWidths(machines: readonly AppMachine[]): Widths {
  return widthsOf(machines.map(namesOf));
}

/** Returns the line that the log shows when a machine is done: id, name, region, outcome, time taken. */
export function progressLine(result: MachineResult, options: LineOptions = {}): string {
  return safeLine(storyOf(result, options));
}

/** Returns a line for each of the first two hundred machines, and one line that counts the rest. */
export function limitedLines(
  results: readonly MachineResult[],
  lineOf: (result: MachineResult) => string,
): string[] {
  const lines = results.slice(0, MOST_LINES).map(lineOf);
  const more = results.length - lines.length;
  return more === 0 ? lines : [...lines, `…and ${more} more; the file that \`machines-file\` names has all`];
}

/** Returns a machine's name for a sentence, on one line and shortened: `148e21ea7e4689 (web-1) in my-app`. */
export function machineName({ id, name, app }: AppMachine, withApp: boolean): string {
  const [who, called, where] = [id, name, app].map((text) => shortened(safeLine(text), LONGEST_SHORT_NAME));
  return `${who}${called === '' ? '' : ` (${called})`}${withApp ? ` in ${where}` : ''}`;
}

/** Returns a machine's state before the step, and whether the proxy's rotation leaves it out: `started, cordoned`. */
export function stateBefore({ machine }: Pick<MachineResult, 'machine'>): string {
  return stateText(machine.state, machine.cordoned);
}

/**
 * Returns the same after the step. Only `cordon`, `uncordon` and the restore of their work turn `cordoned`, so a machine
 * that they changed is now what it was not before.
 */
export function stateAfter({ machine, state, outcome }: MachineResult, command: string): string {
  const isTurned = outcome === 'changed' && /^(un)?cordon\b/.test(command);
  return stateText(state, machine.cordoned !== isTurned);
}

function stateText(state: string, cordoned: boolean): string {
  return cordoned ? `${state}, cordoned` : state;
}

function storyOf(result: MachineResult, { withApp = false, past = 'changed', widths }: LineOptions): string {
  const { machine, state, outcome, reason, durationMs, error, wouldChange } = result;
  const [app = ''] = cellsOf([machine.app]);
  const who = `${aligned(namesOf(machine), ' ', widths)}${withApp ? ` in ${app}` : ''}`;
  const took = durationMs > 0 ? `, ${formatDuration(durationMs)}` : '';
  if (wouldChange !== undefined) {
    const [, more = ''] = reason.split(`dry run: would ${wouldChange}`, 2);
    return `${who}: ${stateBefore(result)}, would ${wouldChange}${after(more, '')}`;
  }
  if (outcome === 'failed') {
    const why = error?.with({ message: besideName(error.message, machine.id) }).headline ?? reason;
    return `${who}: failed${took}${after(why, ': ')}`;
  }
  if (outcome !== 'changed') return `${who}: ${outcome}${after(reason, ', ')}${took}`;
  const what = machine.state === state ? past : `${machine.state} → ${state}`;
  return `${who}: ${what}${after(reason, ', ')}${took}`;
}

function namesOf({ id, name, region }: AppMachine): string[] {
  return cellsOf([id, name, region === '' ? '' : `(${region})`]);
}

function after(text: string, separator: string): string {
  return text === '' ? '' : separator + shortened(text, LONGEST_TEXT);
}
