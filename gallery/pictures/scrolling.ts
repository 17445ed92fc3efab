import type { Page } from 'playwright-core';

/** A table that is wider than its page, so that a reader must scroll it. */
export interface Scrolling {
  readonly scene: string;
  /** Width of the summary in CSS pixels. */
  readonly width: number;
  /** First head of the table that isn't empty. */
  readonly head: string;
  readonly needs: number;
  /** True inside of details, which a reader opens to see it. */
  readonly folded: boolean;
}

/** Returns the tables of an open page that must be scrolled. */
export async function tablesThatScroll(
  page: Page,
  where: Pick<Scrolling, 'scene' | 'width'>,
): Promise<Scrolling[]> {
  const tables = await page.evaluate<Omit<Scrolling, 'scene' | 'width'>[]>(MEASURE);
  return tables.map((it) => ({ ...where, ...it }));
}

const MEASURE = `[...document.querySelectorAll('table')]
  .filter((it) => it.scrollWidth > it.clientWidth)
  .map((it) => ({
    head: [...it.querySelectorAll('th')].map((th) => th.textContent.trim()).find((text) => text !== '') ?? '',
    needs: it.scrollWidth,
    folded: it.closest('details') !== null,
  }))`;
