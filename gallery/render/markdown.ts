import { fromHtml } from 'hast-util-from-html';
import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { drawn } from './drawings.js';
import { changed, type PageNode } from './node.js';

/**
 * Renders a summary as GitHub does: GitHub's markdown with the HTML in it, then only what its sanitizer keeps, whose list
 * the package's schema follows. A mermaid fence becomes what its script draws.
 */
export function renderMarkdown(markdown: string): PageNode {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  // The packages' own tree, of which `PageNode` is the part that is read here.
  const tree = sanitize(fromHtml(html, { fragment: true }), defaultSchema) as PageNode;
  return changed(tree, drawn);
}
