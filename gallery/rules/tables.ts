import { nodesOf, type PageNode, textOf } from '../render/node.js';
import { leastWidth } from './least-width.js';

/** A table of a summary, as far as rules read it. */
export interface Table {
  readonly heads: readonly string[];
  /** Texts of the cells below the heads, row by row. */
  readonly rows: readonly (readonly string[])[];
  /** Width in CSS pixels below which it must be scrolled. */
  readonly needs: number;
  /** True inside of details, which a reader opens to see it. */
  readonly folded: boolean;
}

/** Padding of a cell on both sides, and its border. */
const CELL = 27;

/** Returns the tables of a page in their order. */
export function tablesOf(page: PageNode): Table[] {
  return [...nodesOf(page)]
    .filter(({ node }) => node.tagName === 'table')
    .map(({ node, above }) =>
      tableOf(
        node,
        above.some(({ tagName }) => tagName === 'details'),
      ),
    );
}

function tableOf(table: PageNode, folded: boolean): Table {
  const rows = elements(table, 'tr').map((row) =>
    (row.children ?? []).filter(({ tagName }) => tagName === 'td' || tagName === 'th'),
  );
  const columns = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.flatMap((row) => row[column] ?? []).map(leastWidth)),
  );
  const isHead = ([first]: readonly PageNode[]) => first?.tagName === 'th';
  return {
    heads: rows.filter(isHead).flatMap((row) => row.map((it) => textOf(it).trim())),
    rows: rows.filter((row) => !isHead(row)).map((row) => row.map((it) => textOf(it).trim())),
    needs: Math.ceil(widths.reduce((sum, width) => sum + width + CELL, 1)),
    folded,
  };
}

function elements(node: PageNode, tagName: string): PageNode[] {
  return [...nodesOf(node)].flatMap(({ node: it }) => (it.tagName === tagName ? [it] : []));
}
