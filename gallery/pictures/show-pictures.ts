import { statSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './find-chromium.js';
import { README_SCENE, takeReadmePictures } from './readme-pictures.js';
import type { Scrolling } from './scrolling.js';
import { inBrowser } from './studio.js';
import { takePictures } from './take-pictures.js';

/** Takes the pictures of pages in a folder where there is a browser, and tells which tables must be scrolled. */
export async function showPictures(names: readonly string[], folder: string): Promise<void> {
  const executable = findChromium(process.env);
  if (executable === undefined) {
    console.log('No Chromium was found, so there are no pictures; CHROME may name one.');
    return;
  }
  const scrolling: Scrolling[] = [];
  await inBrowser(executable, async (browser) => {
    for (const name of names) scrolling.push(...(await takePictures(browser, folder, name)));
  });
  if (scrolling.length === 0) console.log('In the browser, no table must be scrolled.');
  else console.table(scrolling);
}

/** Takes the README's pictures and tells how many bytes they have. Throws without a browser. */
export async function showReadmePictures(folder: string): Promise<void> {
  const executable = findChromium(process.env);
  if (executable === undefined)
    throw new Error('the pictures of the README need a Chromium; CHROME may name one');
  await inBrowser(executable, async (browser) => {
    for (const path of await takeReadmePictures(browser, join(folder, `${README_SCENE}.html`))) {
      console.log(`${path}: ${statSync(path).size} bytes`);
    }
  });
}
