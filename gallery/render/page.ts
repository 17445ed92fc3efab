import { toHtml } from 'hast-util-to-html';
import type { Scene } from '../scenes/scene.js';
import { drawingsOf } from './drawings.js';
import { escapeText } from './escape.js';
import type { PageNode } from './node.js';

/** Where the pages of `out/` find the packages. */
const PACKAGES = '../node_modules';

/** Margin beside the summary in CSS pixels, which the pictures have on both sides. */
export const MARGIN = 16;

/**
 * Returns the page of one summary, light or dark as the browser is. Its body has `data-drawn` as soon as nothing more is
 * to be drawn: empty, or the error of a drawing.
 */
export function pageOf({ name, says }: Pick<Scene, 'name' | 'says'>, summary: PageNode): string {
  const article = `<article class="markdown-body" title="${escapeText(says)}">${toHtml(summary)}</article>`;
  const script =
    drawingsOf(summary).length === 0 ? "<script>document.body.dataset.drawn = ''</script>" : DRAW;
  return document(name, `${article}\n${script}`);
}

const DRAW = `<script src="${PACKAGES}/mermaid/dist/mermaid.min.js"></script>
<script>
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  mermaid.initialize({ startOnLoad: false, theme: dark ? 'dark' : 'default' });
  // What is folded has no size to draw in.
  const folded = [...document.querySelectorAll('details:not([open])')];
  for (const it of folded) it.open = true;
  mermaid.run().then(() => '', (error) => error.message ?? String(error)).then((error) => {
    for (const it of folded) it.open = false;
    document.body.dataset.drawn = error;
  });
</script>`;

/** Returns the page that leads to all others. */
export function indexOf(scenes: readonly Pick<Scene, 'name' | 'says'>[]): string {
  const rows = scenes.map(
    ({ name, says }) => `<h2 id="${name}">${name}</h2>
<p>${escapeText(says)}: <a href="${name}.html">page</a>, <a href="${name}.md">markdown</a></p>
<iframe src="${name}.html" title="${name}" loading="lazy"></iframe>`,
  );
  return document(
    'Job summaries',
    `<article class="markdown-body"><h1>Job summaries</h1>
<p>Each is of a real step in front of the emulator, in virtual time.</p>${rows.join('\n')}</article>`,
  );
}

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title>
<link rel="stylesheet" href="${PACKAGES}/github-markdown-css/github-markdown.css">
<style>
  html { background: #fff }
  @media (prefers-color-scheme: dark) { html { background: #0d1117 } }
  body { margin: 0 }
  .markdown-body { box-sizing: border-box; max-width: ${1_012 + 2 * MARGIN}px; margin: 0 auto; padding: ${MARGIN}px }
  iframe { width: 100%; height: 480px; border: 1px solid #8884 }
</style>
<body>
${body}
</body>
</html>
`;
}
