import { nodesOf, type PageNode, textOf } from '../render/node.js';
import { type Table, tablesOf } from './tables.js';

/** A summary to judge. */
export interface Judged {
  readonly markdown: string;
  readonly page: PageNode;
  /** Tags and attributes of the markdown that GitHub doesn't show. */
  readonly dropped: readonly string[];
}

/** Rule that every summary keeps. It returns what breaks it, in words. */
export type Rule = (summary: Judged) => readonly string[];

/** GitHub shows no summary of a step beyond this, in bytes. */
const MOST_BYTES = 1_024 * 1_024;
/** Width of GitHub's page and of a telephone, in CSS pixels. */
const PAGE = 1_012;
const TELEPHONE = 400;
/** Rows from which a column with one text in all is a waste. */
const SEVERAL = 4;

/** All rules by their names. */
export const RULES: Readonly<Record<string, Rule>> = {
  'stays below the 1 MiB that GitHub shows': ({ markdown }) => {
    const bytes = Buffer.byteLength(markdown);
    return bytes < MOST_BYTES ? [] : [`it has ${bytes} bytes`];
  },
  'has no table that the page must scroll': ({ page }) =>
    tablesOf(page)
      .filter(({ needs }) => needs > PAGE)
      .map((it) => `${named(it)} needs ${it.needs} px`),
  'has no open table that a telephone must scroll': ({ page }) =>
    tablesOf(page)
      .filter(({ needs, folded }) => !folded && needs > TELEPHONE)
      .map((it) => `${named(it)} needs ${it.needs} px`),
  'has no column that says the same in each row': ({ page }) => tablesOf(page).flatMap(repeated),
  'shows no entity or tag as text': ({ page }) =>
    [...nodesOf(page)].flatMap(({ node: { value = '' } }) => {
      const [found] = /&#?\w+;|<\/?(details|summary|code|sub|br|b)\b/.exec(value) ?? [];
      return found === undefined ? [] : [`it shows ${found}`];
    }),
  'shows all that it marks up': ({ dropped }) => dropped.map((it) => `GitHub drops ${it}`),
  'cuts no command that one may copy': ({ page }) =>
    [...nodesOf(page)].flatMap(({ node }) => {
      const text = node.tagName === 'code' ? textOf(node) : '';
      return /^(fly|gh|npm) .*(…|\.\.\.)$/s.test(text) ? [`${text} is cut`] : [];
    }),
  'begins with one heading': ({ page }) => {
    const [first] = (page.children ?? []).filter(({ type }) => type === 'element');
    return /^h[1-6]$/.test(first?.tagName ?? '') ? [] : [`it begins with ${first?.tagName ?? 'nothing'}`];
  },
  'says on each fold what is in it': ({ page }) =>
    [...nodesOf(page)].flatMap(({ node }) => {
      if (node.tagName !== 'details') return [];
      const summary = node.children?.find(({ tagName }) => tagName === 'summary');
      return summary === undefined || textOf(summary).trim() === '' ? ['a fold has no title'] : [];
    }),
};

/** Returns what breaks a rule, behind the rule's name. */
export function judge(summary: Judged): string[] {
  return Object.entries(RULES).flatMap(([name, rule]) => rule(summary).map((found) => `${name}: ${found}`));
}

function named({ heads }: Table): string {
  return `the table of ${heads.find((it) => it !== '') ?? 'no head'}`;
}

function repeated({ heads, rows }: Table): string[] {
  if (rows.length < SEVERAL) return [];
  return heads.flatMap((head, column) => {
    const texts = new Set(rows.map((row) => row[column] ?? ''));
    const [text = ''] = texts;
    // A number is the same by chance.
    return texts.size === 1 && !/^[\d.]+$/.test(text)
      ? [`${head || 'a column without head'} is “${text}” in all ${rows.length} rows`]
      : [];
  });
}
