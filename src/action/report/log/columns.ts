import { safeLine, shortened } from '../../runner/safe-text.js';

/** Longest text of a cell, in UTF-16 units. */
const LONGEST_CELL = 100;
/** Widest that one text makes a column, so that a hostile name pushes nothing out of sight. */
const WIDEST = 40;

/** Widths of columns, in UTF-16 units; 0 for one that is empty in every row. */
export type Widths = readonly number[];

/** Returns texts of strangers as cells: safe, on one line, and of bearable length. */
export function cellsOf(texts: readonly string[]): string[] {
  return texts.map((text) => shortened(safeLine(text), LONGEST_CELL));
}

/** Returns how wide each column has to be for all rows to line up. */
export function widthsOf(rows: readonly (readonly string[])[]): Widths {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, { length }] of row.entries())
      widths[at] = Math.max(widths[at] ?? 0, Math.min(length, WIDEST));
  return widths;
}

/** Returns a row of cells as a line, each as wide as its column; without widths, what is empty leaves no gap. */
export function aligned(row: readonly string[], gap: string, widths: Widths = []): string {
  return row
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .filter((cell) => cell !== '')
    .join(gap)
    .trimEnd();
}
