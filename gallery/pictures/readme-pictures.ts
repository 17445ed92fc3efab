import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { MARGIN } from '../render/page.js';
import { reduceColors } from './few-colors.js';
import { lookAt, SCHEMES } from './studio.js';

/** Scene of the README's picture: some failures, each with what to do, and squares for all. */
export const README_SCENE = 'start-12';
/** Width of the picture in pixels. */
const WIDTH = 800;
const FOLDER = join('docs', 'pictures');

/** Takes the README's pictures of a page, and returns their paths. */
export async function takeReadmePictures(browser: Browser, file: string): Promise<string[]> {
  mkdirSync(FOLDER, { recursive: true });
  const paths: string[] = [];
  for (const scheme of SCHEMES) {
    const path = join(FOLDER, `summary-${scheme}.png`);
    await lookAt(browser, file, { scheme, width: WIDTH - 2 * MARGIN }, (page) =>
      page.screenshot({ path, fullPage: true }),
    );
    reduceColors(path);
    paths.push(path);
  }
  return paths;
}
