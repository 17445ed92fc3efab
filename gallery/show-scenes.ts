import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { count } from '../src/text.js';
import type { GalleryOptions } from './options.js';
import { README_SCENE } from './pictures/readme-pictures.js';
import { showPictures, showReadmePictures } from './pictures/show-pictures.js';
import { renderMarkdown } from './render/markdown.js';
import { mermaidErrors } from './render/mermaid.js';
import { indexOf, pageOf } from './render/page.js';
import { judge } from './rules/judge.js';
import { type Scene, summaryOfScene } from './scenes/scene.js';
import { SCENES } from './scenes/scenes.js';

/** Makes the pages and pictures that are asked for, and returns whether all summaries keep the rules. */
export async function showScenes(options: GalleryOptions, out: string): Promise<boolean> {
  const { only = '', pictures, readme } = options;
  const scenes = SCENES.filter(({ name }) => (readme ? name === README_SCENE : name.includes(only)));
  if (scenes.length === 0) throw new Error(`no scene has ${only} in its name`);
  // What an earlier run has left of a scene that is gone would be taken for one of today's.
  if (scenes.length === SCENES.length) rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });

  let broken = 0;
  for (const scene of scenes) {
    const faults = await showPage(scene, out);
    broken += faults.length;
    console.log(`${scene.name}: ${scene.says}`);
    for (const fault of faults) console.log(`  BROKEN ${fault}`);
  }
  writeFileSync(join(out, 'index.html'), indexOf(scenes));
  console.log(
    `${count(scenes.length, 'page')} in ${join(out, 'index.html')}; ${count(broken, 'fault')} by rule.`,
  );

  const pictured = scenes.flatMap(({ name, huge }) => (huge ? [] : [name]));
  if (readme) await showReadmePictures(out);
  else if (pictures) await showPictures(pictured, out);
  return broken === 0;
}

/** Makes the page of a scene and returns which rules it breaks, and how. */
async function showPage(scene: Scene, out: string): Promise<string[]> {
  const markdown = await summaryOfScene(scene);
  const { page, dropped } = renderMarkdown(markdown);
  writeFileSync(join(out, `${scene.name}.md`), markdown);
  writeFileSync(join(out, `${scene.name}.html`), pageOf(scene, page));
  const errors = await mermaidErrors(page);
  return [
    ...judge({ markdown, page, dropped }),
    ...errors.map((it) => `has drawings that mermaid draws: ${it}`),
  ];
}
