import type { Count, Upshot } from '../../commands/result/counts.js';
import type { CommandResult, MachineResult } from '../../commands/result/result.js';
import { groupBy } from '../../group-by.js';
import { thousands } from '../../text.js';
import { classCounts, failedMachines } from '../report/failed-machines.js';
import { plain } from './rich-text.js';

/** Most squares of the picture: more can't be taken in at a glance. */
const MOST_SQUARES = 40;
const [RED, ORANGE, YELLOW, GREEN, BLUE, PURPLE, WHITE] = ['🟥', '🟧', '🟨', '🟩', '🟦', '🟪', '⬜'] as const;

const OF_UPSHOT: Record<Upshot, string> = {
  would: ORANGE,
  changed: GREEN,
  instead: YELLOW,
  requested: BLUE,
  announced: PURPLE,
  unchanged: WHITE,
  skipped: WHITE,
  failed: RED,
};

/** Squares of states; a machine in any other is on its way, or unusual. */
const OF_STATE: ReadonlyMap<string, string> = new Map([
  ['started', GREEN],
  ['stopped', WHITE],
  ['suspended', BLUE],
  ['failed', RED],
]);

/** Share of a picture: a number of machines that are drawn alike. */
export interface Share {
  readonly square: string;
  readonly label: string;
  readonly number: number;
}

/** Draws shares as squares: one for each machine, or `most` for all, of which each share that is there has one at least. */
export function squaresOf(shares: readonly Share[], most = MOST_SQUARES): string {
  const total = shares.reduce((sum, { number }) => sum + number, 0);
  const sized = (number: number) =>
    total <= most ? number : Math.max(1, Math.round((number * most) / total));
  return shares.map(({ square, number }) => square.repeat(number === 0 ? 0 : sized(number))).join('');
}

/** Returns what the squares mean, and how many of each there are: `🟩 <b>8</b> started · 🟥 <b>2</b> failed`. */
export function legendOf(shares: readonly Share[]): string {
  return shares
    .filter(({ number }) => number > 0)
    .map(({ square, label, number }) => `${square} <b>${thousands(number)}</b> ${plain(label)}`)
    .join(' · ');
}

/** Returns the shares of a step's picture by what became of its machines, those that failed last. */
export function sharesOfWork({ counts = [], machines }: CommandResult): readonly Share[] {
  const classes = classCounts(failedMachines(machines));
  return counts.map(({ upshot, label, number }: Count) => ({
    square: OF_UPSHOT[upshot],
    label:
      upshot === 'failed' && classes !== ''
        ? `failed (${classes})`
        : upshot === 'skipped'
          ? 'left alone'
          : label,
    number,
  }));
}

/** Returns the square of a state. */
export function squareOf(state: string): string {
  return OF_STATE.get(state) ?? YELLOW;
}

/** Returns the shares of machines by their state, in the order in which states come up first. */
export function sharesOfStates(machines: readonly MachineResult[]): readonly Share[] {
  const found = groupBy(machines, ({ state }) => state);
  const labels = new Set([...OF_STATE.keys(), ...found.keys()]);
  return [...labels].map((label) => ({
    square: squareOf(label),
    label,
    number: found.get(label)?.length ?? 0,
  }));
}

/**
 * Returns the shares of machines that a command has picked from: which it has put down or brought up (or would), which it has
 * kept up, and which are down anyway.
 */
export function sharesOfPicks(machines: readonly MachineResult[]): readonly Share[] {
  const isDry = machines.some(({ wouldChange }) => wouldChange !== undefined);
  const picked = groupBy(machines, pickedOf);
  return PICKED.map(([label, square]) => ({
    square,
    label: isDry && BROUGHT.has(label) ? `would be ${label}` : label,
    number: picked.get(label)?.length ?? 0,
  }));
}

/** Fates of machines that a command could pick, and their squares. */
const PICKED = [
  ['put down', ORANGE],
  ['brought up', BLUE],
  ['announced', PURPLE],
  ['kept up', GREEN],
  ['down', WHITE],
  ['failed', RED],
] as const;
const BROUGHT: ReadonlySet<string> = new Set(['put down', 'brought up']);

function pickedOf({ machine, outcome, wouldChange, announced }: MachineResult): (typeof PICKED)[number][0] {
  const wasUp = machine.state === 'started';
  if (outcome === 'failed') return 'failed';
  if (announced === true) return 'announced';
  if (outcome === 'unchanged' || (outcome === 'skipped' && wouldChange === undefined))
    return wasUp ? 'kept up' : 'down';
  return wasUp ? 'put down' : 'brought up';
}
