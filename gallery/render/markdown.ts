import { fromHtml } from 'hast-util-from-html';
import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { changed, type PageNode, textOf } from './node.js';

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

/** Class of a picture that the script of the page draws. */
export const MERMAID_CLASS = 'mermaid';

function drawn(node: PageNode): PageNode {
  const [code] = node.children ?? [];
  if (node.tagName !== 'pre' || code === undefined || !isMermaid(code)) return node;
  return {
    ...node,
    properties: { className: [MERMAID_CLASS] },
    children: [{ type: 'text', value: textOf(code) }],
  };
}

function isMermaid({ tagName, properties = {} }: PageNode): boolean {
  const { className } = properties;
  return tagName === 'code' && Array.isArray(className) && className.includes('language-mermaid');
}
