import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { count } from '../src/text.js';
import type { GalleryOptions } from './options.js';
import { findChromium } from './pictures/find-chromium.js';
import { Photographer, type Scrolling } from './pictures/take-pictures.js';
import { renderMarkdown } from './render/markdown.js';
import { mermaidErrors } from './render/mermaid.js';
import { indexOf, pageOf } from './render/page.js';
import { type Fault, judge } from './rules/judge.js';
import { type Scene, summaryOfScene } from './scenes/scene.js';
import { SCENES } from './scenes/scenes.js';

/** Makes the pages and pictures of the scenes that are asked for, and returns whether all keep the rules. */
export async function showScenes({ only = '', pictures }: GalleryOptions, out: string): Promise<boolean> {
  const scenes = SCENES.filter(({ name }) => name.includes(only));
  if (scenes.length === 0) throw new Error(`no scene has ${only} in its name`);
  mkdirSync(out, { recursive: true });
  let broken = 0;
  for (const scene of scenes) {
    const faults = await showPage(scene, out);
    broken += faults.filter(({ due }) => !due).length;
    console.log(`${scene.name}: ${scene.says}`);
    for (const { text, due } of faults) console.log(`  ${due ? 'due' : 'BROKEN'} ${text}`);
  }
  writeFileSync(join(out, 'index.html'), indexOf(scenes));
  console.log(`${scenes.length} pages are in ${join(out, 'index.html')}; ${count(broken, 'fault')} by rule.`);
  const pictured = scenes.flatMap(({ name, huge }) => (huge ? [] : [name]));
  if (pictures) await showPictures(pictured, out);
  return broken === 0;
}

/** Makes the page of a scene and returns which rules it breaks, and how. */
async function showPage(scene: Scene, out: string): Promise<Fault[]> {
  const markdown = await summaryOfScene(scene);
  const page = renderMarkdown(markdown);
  writeFileSync(join(out, `${scene.name}.md`), markdown);
  writeFileSync(join(out, `${scene.name}.html`), pageOf(scene, page));
  const errors = await mermaidErrors(page);
  const undrawn = errors.map((it) => ({ text: `has drawings that mermaid draws: ${it}`, due: false }));
  return [...judge({ markdown, page }), ...undrawn];
}

async function showPictures(names: readonly string[], out: string): Promise<void> {
  const executable = findChromium(process.env);
  if (executable === undefined) {
    console.log('No Chromium was found, so there are no pictures; CHROME may name one.');
    return;
  }
  const photographer = await Photographer.start(executable, out);
  try {
    const scrolling: Scrolling[] = [];
    for (const name of names) scrolling.push(...(await photographer.take(name)));
    if (scrolling.length === 0) console.log('In the browser, no table has to be scrolled.');
    else console.table(scrolling);
  } finally {
    await photographer.end();
  }
}
