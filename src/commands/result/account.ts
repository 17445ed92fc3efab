import type { AppMachine } from './app-machine.js';

/** Machine-hours of an app's machines of one size. */
export interface AccountRow {
  readonly app: string;
  /** Size as Fly names it, and its memory; undefined where that isn't known. */
  readonly size: string | undefined;
  readonly machines: number;
  readonly hours: number;
}

/** Account of machine-hours by app and size, those with the most hours first. */
export interface Account {
  /** State in which the hours are spent: `idle`, `down until the next edge`. */
  readonly state: string;
  readonly rows: readonly AccountRow[];
}

const MS_PER_HOUR = 3_600_000;

/** Sums up machines, each with its time in milliseconds. */
export function accountOf(state: string, times: Iterable<readonly [AppMachine, number]>): Account {
  const rows = new Map<string, AccountRow>();
  for (const [{ app, size }, ms] of times) {
    const key = JSON.stringify([app, size]);
    const { machines, hours } = rows.get(key) ?? { machines: 0, hours: 0 };
    rows.set(key, { app, size, machines: machines + 1, hours: hours + ms / MS_PER_HOUR });
  }
  return { state, rows: [...rows.values()].sort((a, b) => b.hours - a.hours) };
}

/** Returns the hours of a whole account, with three digits that count. */
export function hoursIn({ rows }: Account): number {
  return Number(rows.reduce((sum, { hours }) => sum + hours, 0).toPrecision(3));
}

/** Writes hours for people, with three digits that count. */
export function hoursText(hours: number): string {
  return hours.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
