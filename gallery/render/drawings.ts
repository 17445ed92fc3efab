import { nodesOf, type PageNode, textOf } from './node.js';

/** Class of what the script of a page draws. */
const CLASS = 'mermaid';

/** Makes of a fence of mermaid what its script draws; any other node stays as it is. */
export function drawn(node: PageNode): PageNode {
  const [code] = node.children ?? [];
  if (node.tagName !== 'pre' || code?.tagName !== 'code' || !hasClass(code, 'language-mermaid')) return node;
  // The page draws in place of the code, without its box.
  return {
    ...node,
    tagName: 'div',
    properties: { className: [CLASS] },
    children: [{ type: 'text', value: textOf(code) }],
  };
}

/** Returns the texts of a page's drawings. */
export function drawingsOf(page: PageNode): string[] {
  return [...nodesOf(page)].flatMap(({ node }) => (hasClass(node, CLASS) ? [textOf(node)] : []));
}

function hasClass({ properties = {} }: PageNode, name: string): boolean {
  const { className } = properties;
  return Array.isArray(className) && className.includes(name);
}
