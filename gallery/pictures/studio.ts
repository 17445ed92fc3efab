import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { MARGIN } from '../render/page.js';

/** Colours that a reader may have chosen. */
export const SCHEMES = ['light', 'dark'] as const;

/** Conditions under which a page is looked at. */
export interface Look {
  readonly scheme: (typeof SCHEMES)[number];
  /** Width of the summary in CSS pixels; its margins come on top. */
  readonly width: number;
}

/** Height of a window that no summary is lower than. */
const LOWEST = 60;

/** Starts a browser for some work and ends it afterwards. */
export async function inBrowser(
  executablePath: string,
  work: (browser: Browser) => Promise<void>,
): Promise<void> {
  // A container's root may not make the sandbox; the pages are our own.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--hide-scrollbars'] });
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

/** Shows a page in its final form to some work. Each look opens it anew, since a drawing takes the width that it finds. */
export async function lookAt<T>(
  browser: Browser,
  file: string,
  { scheme, width }: Look,
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const page = await browser.newPage();
  try {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: width + 2 * MARGIN, height: LOWEST });
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction('document.body.dataset.drawn !== undefined');
    const error = await page.evaluate<string>('document.body.dataset.drawn');
    if (error !== '') throw new Error(`${file}: a drawing failed: ${error}`);
    return await work(page);
  } finally {
    await page.close();
  }
}
