import { Page } from '../../src/action/summary/page.js';

/** The Markdown that `fill` writes on a page of its own. */
export function pageOf(fill: (page: Page) => void): string {
  const page = new Page();
  fill(page);
  return page.text;
}

/** The rows of all tables, heads and lines below them among them. */
export function rowsOf(markdown: string): string[] {
  return markdown.split('\n').filter((line) => line.startsWith('|'));
}

/** The cells of a row; pipes within a cell are entities by then. */
export function cellsOf(row = ''): string[] {
  return row.slice(2, -2).split(' | ');
}

/** The first table as its heads and its rows of cells. */
export function tableIn(markdown: string): { readonly heads: string[]; readonly rows: string[][] } {
  const [table = ''] = markdown.split(/\n\n/).filter((block) => block.startsWith('|'));
  const [head, , ...rows] = table.split('\n').map(cellsOf);
  return { heads: head ?? [], rows };
}

/** What stands under a head in each row of the first table; undefined where there is no such column. */
export function columnIn(markdown: string, head: string): (string | undefined)[] {
  const { heads, rows } = tableIn(markdown);
  return rows.map((row) => row[heads.indexOf(head)]);
}

/** The cells of the first row that holds a text, by the heads of its table, as a person reads them. */
export function cellsAbout(markdown: string, text: string): Record<string, string> {
  const row = rowsOf(markdown).find((it) => it.includes(text));
  const [table = ''] = markdown.split('\n\n').filter((block) => row !== undefined && block.includes(row));
  const heads = cellsOf(table.split('\n')[0]);
  return Object.fromEntries(cellsOf(row).map((cell, at) => [heads[at] ?? '', readable(cell)]));
}

/** The Markdown without what is folded. */
export function openPart(markdown: string): string {
  return markdown.replace(/<details>[\s\S]*?<\/details>\n/g, '');
}

/** The text that a reader sees: words whole, and characters for references. */
export function readable(markdown: string): string {
  return markdown
    .replaceAll('<wbr>', '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
