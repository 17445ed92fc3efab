import { fromHtml } from 'hast-util-from-html';
import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { drawn } from './drawings.js';
import { changed, nodesOf, type PageNode } from './node.js';

/** Tags that GitHub keeps as well (html-pipeline: sanitization_filter.rb), which the package's list lacks. */
const ALSO_KEPT = ['abbr', 'bdo', 'cite', 'dfn', 'figcaption', 'figure', 'mark', 'small', 'time', 'wbr'];
const KEPT = { ...defaultSchema, tagNames: [...defaultSchema.tagNames, ...ALSO_KEPT] };

/** A summary as GitHub shows it. */
export interface Rendered {
  readonly page: PageNode;
  /** Tags and attributes that GitHub's sanitizer drops, such as `p[style]`. */
  readonly dropped: readonly string[];
}

/**
 * Renders a summary as GitHub does: GitHub's markdown with the HTML in it, then only what its sanitizer keeps, whose list
 * the package's schema follows. A mermaid fence becomes what its script draws.
 */
export function renderMarkdown(markdown: string): Rendered {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  // The packages' own trees, of which `PageNode` is the part that is read here.
  const written = fromHtml(html, { fragment: true }) as PageNode;
  const shown = sanitize(written, KEPT) as PageNode;
  const kept = new Set(namesIn(shown));
  const dropped = new Set(namesIn(written).filter((name) => !kept.has(name)));
  return { page: changed(shown, drawn), dropped: [...dropped] };
}

/** Returns the names of all tags, and of all attributes behind their tag's. */
function namesIn(tree: PageNode): string[] {
  return [...nodesOf(tree)].flatMap(({ node: { tagName, properties = {} } }) =>
    tagName === undefined ? [] : [tagName, ...Object.keys(properties).map((it) => `${tagName}[${it}]`)],
  );
}
