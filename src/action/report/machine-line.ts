import type { AppMachine } from '../../commands/result/app-machine.js';
import type { MachineResult } from '../../commands/result/result.js';
import { formatDuration } from '../../text.js';
import { safeLine, shortened } from '../runner/safe-text.js';

/** What is longer is in the machines' file only. */
const MOST_LINES = 200;
const LONGEST_NAME = 100;
const LONGEST_SHORT_NAME = 60;
const LONGEST_TEXT = 1_000;

/** What a machine's line can't tell by itself. */
export interface LineOptions {
  /** Whether there are several apps, so that each machine's has to be named. */
  readonly withApp?: boolean;
  /** What was done to a machine that changed, where its state doesn't show it. */
  readonly past?: string;
}

/** A machine's line in the log of `list`. */
export function listLine(result: MachineResult, { withApp = false }: LineOptions = {}): string {
  const { machine, reason } = result;
  const { app, id, name, region, processGroup = '' } = machine;
  return [withApp ? app : '', id, name, region, processGroup, stateBefore(result), reason]
    .filter((text) => text !== '')
    .map((text) => shortened(text, LONGEST_NAME))
    .join('  ');
}

/** A machine's line in the log as soon as it is known what became of it. */
export function progressLine(result: MachineResult, options: LineOptions = {}): string {
  return safeLine(storyOf(result, options));
}

/** A line each, two hundred at most, and how many there are beside. */
export function limitedLines(
  results: readonly MachineResult[],
  lineOf: (result: MachineResult) => string,
): string[] {
  const lines = results.slice(0, MOST_LINES).map(lineOf);
  const more = results.length - lines.length;
  return more === 0 ? lines : [...lines, `…and ${more} more; the file that \`machines-file\` names has all`];
}

/** A machine for a sentence: `148e21ea7e4689 (web-1) in my-app`, on one line, and of bearable length. */
export function machineName({ id, name, app }: AppMachine, withApp: boolean): string {
  const [who, called, where] = [id, name, app].map((text) => shortened(safeLine(text), LONGEST_SHORT_NAME));
  return `${who}${called === '' ? '' : ` (${called})`}${withApp ? ` in ${where}` : ''}`;
}

/** Returns a machine's state before a step for people, with its place in the proxy's rotation: `started, cordoned`. */
export function stateBefore({ machine }: Pick<MachineResult, 'machine'>): string {
  return stateText(machine.state, machine.cordoned);
}

/**
 * Returns the same after the step. A machine that `cordon` or `uncordon` (or what puts their work back) has changed was read
 * back as what it wasn't before; no other command touches that.
 */
export function stateAfter({ machine, state, outcome }: MachineResult, command: string): string {
  const isTurned = outcome === 'changed' && /^(un)?cordon\b/.test(command);
  return stateText(state, machine.cordoned !== isTurned);
}

function stateText(state: string, cordoned: boolean): string {
  return cordoned ? `${state}, cordoned` : state;
}

function storyOf(result: MachineResult, { withApp = false, past = 'changed' }: LineOptions): string {
  const { machine, state, outcome, reason, durationMs, error, wouldChange } = result;
  const [id, name, region, app] = [machine.id, machine.name, machine.region, machine.app].map((text) =>
    shortened(text, LONGEST_NAME),
  );
  const names = [id, name, region === '' ? '' : `(${region})`, withApp ? `in ${app}` : ''];
  const who = names.filter((it) => it !== '').join(' ');
  const took = durationMs > 0 ? `, ${formatDuration(durationMs)}` : '';
  if (wouldChange !== undefined) return `${who}: ${stateBefore(result)}, would ${wouldChange}`;
  if (outcome === 'failed') return `${who}: failed${took}${after(error?.headline ?? reason, ': ')}`;
  if (outcome !== 'changed') return `${who}: ${outcome}${after(reason, ', ')}${took}`;
  const what = machine.state === state ? past : `${machine.state} → ${state}`;
  return `${who}: ${what}${after(reason, ', ')}${took}`;
}

function after(text: string, separator: string): string {
  return text === '' ? '' : separator + shortened(text, LONGEST_TEXT);
}
