import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GalleryOptions } from './options.js';
import { findChromium } from './pictures/find-chromium.js';
import { Photographer, type Scrolling } from './pictures/take-pictures.js';
import { renderMarkdown } from './render/markdown.js';
import { indexOf, pageOf } from './render/page.js';
import { summaryOfScene } from './scenes/scene.js';
import { SCENES } from './scenes/scenes.js';

/** Makes the pages and pictures of the scenes that are asked for, and returns whether all keep the rules. */
export async function showScenes({ only = '', pictures }: GalleryOptions, out: string): Promise<boolean> {
  const scenes = SCENES.filter(({ name }) => name.includes(only));
  if (scenes.length === 0) throw new Error(`no scene has ${only} in its name`);
  mkdirSync(out, { recursive: true });
  for (const scene of scenes) {
    const markdown = await summaryOfScene(scene);
    writeFileSync(join(out, `${scene.name}.md`), markdown);
    writeFileSync(join(out, `${scene.name}.html`), pageOf(scene, renderMarkdown(markdown)));
  }
  writeFileSync(join(out, 'index.html'), indexOf(scenes));
  console.log(`${scenes.length} pages are in ${join(out, 'index.html')}.`);
  if (pictures)
    await takeAll(
      out,
      scenes.flatMap(({ name, huge }) => (huge ? [] : [name])),
    );
  return true;
}

async function takeAll(out: string, names: readonly string[]): Promise<void> {
  const executable = findChromium(process.env);
  if (executable === undefined) {
    console.log('No Chromium was found, so there are no pictures; CHROME may name one.');
    return;
  }
  const photographer = await Photographer.start(executable, out);
  try {
    const scrolling: Scrolling[] = [];
    for (const name of names) scrolling.push(...(await photographer.take(name)));
    if (scrolling.length === 0) console.log('No table has to be scrolled.');
    else console.table(scrolling);
  } finally {
    await photographer.end();
  }
}
