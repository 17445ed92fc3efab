import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { MARGIN } from '../render/page.js';

/** Widths of a summary in CSS pixels: GitHub's page, and a telephone. */
export const WIDTHS = [1_012, 400] as const;
const SCHEMES = ['light', 'dark'] as const;
/** Height of a window that no summary is lower than. */
const LOWEST = 60;

/** A table that is wider than its page, so that a reader must scroll it. */
export interface Scrolling {
  readonly scene: string;
  readonly width: number;
  /** First head of the table. */
  readonly head: string;
  readonly needs: number;
  /** True inside of details, which a reader opens to see it. */
  readonly folded: boolean;
}

/** Takes the pictures of pages, and measures their tables on the way. */
export class Photographer {
  readonly #browser: Browser;
  readonly #folder: string;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async start(executablePath: string, folder: string): Promise<Photographer> {
    // A container's root may not make the sandbox; the pages are our own.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--hide-scrollbars'] });
    return new Photographer(browser, folder);
  }

  /** Takes `NAME-WIDTH-SCHEME.png`, and with `-open` what has all details open. Returns the tables that scroll. */
  async take(name: string): Promise<Scrolling[]> {
    const page = await this.#browser.newPage();
    const found: Scrolling[] = [];
    for (const scheme of SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(pathToFileURL(join(this.#folder, `${name}.html`)).href);
      await page.waitForFunction('document.body.dataset.drawn !== undefined');
      const error = await page.evaluate<string>('document.body.dataset.drawn');
      if (error !== '') throw new Error(`${name}: a drawing failed: ${error}`);
      for (const width of WIDTHS) await this.#shot(page, width, `${name}-${width}-${scheme}.png`);
      if ((await page.evaluate<number>(OPEN_ALL)) > 0) {
        for (const width of WIDTHS) await this.#shot(page, width, `${name}-${width}-${scheme}-open.png`);
      }
      if (scheme === 'dark') continue;
      for (const width of WIDTHS) {
        await page.setViewportSize({ width: width + 2 * MARGIN, height: LOWEST });
        const tables = await page.evaluate<Omit<Scrolling, 'scene' | 'width'>[]>(TABLES_THAT_SCROLL);
        found.push(...tables.map((it) => ({ scene: name, width, ...it })));
      }
    }
    await page.close();
    return found;
  }

  async #shot(page: Page, width: number, file: string): Promise<void> {
    await page.setViewportSize({ width: width + 2 * MARGIN, height: LOWEST });
    await page.screenshot({ path: join(this.#folder, file), fullPage: true });
  }

  end(): Promise<void> {
    return this.#browser.close();
  }
}

/** Opens all details and says how many there are. */
const OPEN_ALL = `(() => {
  const all = document.querySelectorAll('details');
  for (const it of all) it.open = true;
  return all.length;
})()`;

const TABLES_THAT_SCROLL = `[...document.querySelectorAll('table')]
  .filter((it) => it.scrollWidth > it.clientWidth)
  .map((it) => ({
    head: it.querySelector('th')?.textContent ?? '',
    needs: it.scrollWidth,
    folded: it.closest('details') !== null,
  }))`;
