/** One measured figure and what it has to reach. */
export interface Figure {
  readonly what: string;
  /** The result in words: a count, or a ratio of two things measured side by side. */
  readonly measured: string;
  /** In words; undefined for what is reported only. */
  readonly target: string | undefined;
  /** True where there is no target. */
  readonly met: boolean;
  /** A count is the same on every machine, so that a miss fails the run; a cost (time, memory) is told only. */
  readonly kind: 'count' | 'cost';
  /** How it came about, bare times among it. */
  readonly note: string;
}

export interface Limit {
  readonly what: string;
  readonly value: number;
  readonly most: number;
  readonly digits: number;
  /** What stands behind the number: `requests`, `times an empty script`. */
  readonly unit: string;
  readonly note: string;
}

/** A number of things, to be no more than `most`. */
export function countAtMost(limit: Limit): Figure {
  return { ...atMost(limit), kind: 'count' };
}

/** A time, a size in memory, or a ratio of such, to be no more than `most`. */
export function costAtMost(limit: Limit): Figure {
  return { ...atMost(limit), kind: 'cost' };
}

/** A figure without a target. */
export function reported(what: string, measured: string, note: string): Figure {
  return { what, measured, target: undefined, met: true, kind: 'cost', note };
}

function atMost({ what, value, most, digits, unit, note }: Limit): Omit<Figure, 'kind'> {
  const measured = `${value.toFixed(digits)} ${unit}`;
  return { what, measured, target: `at most ${most.toFixed(digits)}`, met: value <= most, note };
}

/** The lines of a figure for a terminal. */
export function formatFigure({ what, measured, target, met, note }: Figure): string {
  const verdict = target === undefined ? 'told' : met ? 'met' : 'missed';
  const wanted = target === undefined ? '' : ` (${target})`;
  return `${verdict.padEnd(8)}${what}: ${measured}${wanted}\n        ${note}\n`;
}

/** The middle of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('There is no median of nothing.');
  return (lower + upper) / 2;
}
