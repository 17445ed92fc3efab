/** A measured figure and its target. */
export interface Figure {
  readonly what: string;
  /** Result in words: a count, or a ratio of two things measured side by side. */
  readonly measured: string;
  /** Target in words; undefined when there is none. */
  readonly target: string | undefined;
  /** True also when there is no target. */
  readonly met: boolean;
  /**
   * Kind of figure. A count is the same on every machine, so a miss fails the run; a cost (time, memory) is
   * only shown.
   */
  readonly kind: 'count' | 'cost';
  /** Explanation of the result, with bare times. */
  readonly note: string;
}

/** A measured value and its upper limit. */
export interface Limit {
  readonly what: string;
  readonly value: number;
  readonly most: number;
  readonly digits: number;
  /** Unit after the number: `requests`, `times an empty script`. */
  readonly unit: string;
  readonly note: string;
}

/** Makes the figure of a count whose target is `most`. */
export function countAtMost(limit: Limit): Figure {
  return { ...compareToLimit(limit), kind: 'count' };
}

/** Makes the figure of a time, a size in memory, or a ratio of such, whose target is `most`. */
export function costAtMost(limit: Limit): Figure {
  return { ...compareToLimit(limit), kind: 'cost' };
}

/** Makes a figure without a target. */
export function withoutTarget(what: string, measured: string, note: string): Figure {
  return { what, measured, target: undefined, met: true, kind: 'cost', note };
}

function compareToLimit({ what, value, most, digits, unit, note }: Limit): Omit<Figure, 'kind'> {
  const measured = `${value.toFixed(digits)} ${unit}`;
  return { what, measured, target: `at most ${most.toFixed(digits)}`, met: value <= most, note };
}

/** Formats a figure for a terminal. */
export function formatFigure({ what, measured, target, met, note }: Figure): string {
  const verdict = target === undefined ? 'info' : met ? 'met' : 'missed';
  const wanted = target === undefined ? '' : ` (${target})`;
  return `${verdict.padEnd(8)}${what}: ${measured}${wanted}\n        ${note}\n`;
}

/** Returns the middle value, or the mean of the two in the middle. Throws when there are no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('There is no median of an empty list.');
  return (lower + upper) / 2;
}
