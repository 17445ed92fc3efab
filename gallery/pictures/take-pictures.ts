import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { type Scrolling, tablesThatScroll } from './scrolling.js';
import { lookAt, SCHEMES } from './studio.js';

/** Widths of a summary in CSS pixels: GitHub's page, and a telephone. */
const WIDTHS = [1_012, 400] as const;

/**
 * Takes the pictures of a page, `NAME-WIDTH-SCHEME.png`, and with `-open` what has all details open. Returns the tables
 * that a reader must scroll.
 */
export async function takePictures(browser: Browser, folder: string, name: string): Promise<Scrolling[]> {
  const found: Scrolling[] = [];
  for (const scheme of SCHEMES) {
    for (const width of WIDTHS) {
      const picture = join(folder, `${name}-${width}-${scheme}`);
      await lookAt(browser, join(folder, `${name}.html`), { scheme, width }, async (page) => {
        await page.screenshot({ path: `${picture}.png`, fullPage: true });
        const folds = await page.evaluate<number>(OPEN_ALL);
        if (folds > 0) await page.screenshot({ path: `${picture}-open.png`, fullPage: true });
        if (scheme === 'light') found.push(...(await tablesThatScroll(page, { scene: name, width })));
      });
    }
  }
  return found;
}

/** Opens all details and says how many there are. */
const OPEN_ALL = `(() => {
  const all = document.querySelectorAll('details');
  for (const it of all) it.open = true;
  return all.length;
})()`;
