import type { PageNode } from '../../gallery/render/node.js';

/** An element of a rendered page; a text in it stands for itself. */
export function element(tagName: string, ...children: readonly (PageNode | string)[]): PageNode {
  const nodes = children.map((it) => (typeof it === 'string' ? { type: 'text', value: it } : it));
  return { type: 'element', tagName, properties: {}, children: nodes };
}

/** A table, its heads first; a cell is a text or an element. */
export function table(...rows: readonly (readonly (PageNode | string)[])[]): PageNode {
  const [heads = [], ...others] = rows;
  return element(
    'table',
    element('thead', element('tr', ...heads.map((it) => element('th', it)))),
    element('tbody', ...others.map((row) => element('tr', ...row.map((it) => element('td', it))))),
  );
}

/** A page with these elements below its heading. */
export function page(...children: readonly PageNode[]): PageNode {
  return { type: 'root', children: [element('h3', 'start'), ...children] };
}
