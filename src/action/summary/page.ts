import { thousands } from '../../text.js';
import { type Column, rowText, tableOf } from './table.js';

/** Most bytes of a page up to which tables grow: GitHub refuses a summary over 1 MiB, and hostile names can make rows long. */
const MOST_BYTES = 900_000;
/** Bytes beyond, for what is told around tables. */
const RESERVE = 100_000;

/** Bounds of a table. */
export interface TableBounds {
  /** Most rows that are shown. */
  readonly most: number;
  /** Words for where the rows that are left out can be read. */
  readonly rest: string;
}

/** Markdown of a job summary, kept below the size that GitHub takes. */
export class Page {
  readonly #lines: string[] = [];
  #left = MOST_BYTES;

  /** Adds lines of Markdown, all or none of them, and an empty line behind them; none only where a stranger's texts have filled the page. */
  add(...lines: readonly string[]): void {
    if (lines.length > 0 && bytesOf(lines.join('\n')) < this.#left + RESERVE) this.#push(...lines, '');
  }

  /** Adds what `fill` adds, folded below a title (HTML). */
  fold(title: string, fill: () => void): void {
    this.add(`<details><summary>${title}</summary>`);
    fill();
    this.#push('</details>', '');
  }

  /** Adds a table with as many rows as fit, and above it what all of them share. */
  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], { most, rest }: TableBounds): void {
    if (rows.length === 0) return;
    const { shared, heads, cells } = tableOf(rows.slice(0, most), columns);
    if (shared !== '') this.add(`<sub>All of them: ${shared}</sub>`);
    this.#push(rowText(heads), rowText(heads.map(() => '---')));
    const fitting = cells.map(rowText).filter((line) => {
      const fits = this.#left > bytesOf(line);
      if (fits) this.#push(line);
      return fits;
    });
    this.#push('');
    const left = rows.length - fitting.length;
    if (left > 0) this.add(`…and ${thousands(left)} more${rest}`);
  }

  /** Returns the whole page; it ends with an empty line, as the next step goes on there. */
  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #push(...lines: readonly string[]): void {
    for (const line of lines) this.#left -= bytesOf(line);
    this.#lines.push(...lines);
  }
}

function bytesOf(line: string): number {
  return Buffer.byteLength(line) + 1;
}
