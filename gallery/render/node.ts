/** A node of a page as hast describes it: an element, a text, or what holds them. */
export interface PageNode {
  readonly type: string;
  readonly tagName?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly children?: readonly PageNode[];
  readonly value?: string;
}

/** Returns the text of a node with everything in it. */
export function textOf({ value = '', children = [] }: PageNode): string {
  return value + children.map(textOf).join('');
}

/** Goes through a tree, parents first, each node with those that hold it, the nearest last. */
export function* nodesOf(
  node: PageNode,
  above: readonly PageNode[] = [],
): Generator<{ readonly node: PageNode; readonly above: readonly PageNode[] }> {
  yield { node, above };
  for (const child of node.children ?? []) yield* nodesOf(child, [...above, node]);
}

/** Returns a tree in which `change` has had its way with every node, children first. */
export function changed(node: PageNode, change: (node: PageNode) => PageNode): PageNode {
  const { children } = node;
  return change(
    children === undefined ? node : { ...node, children: children.map((it) => changed(it, change)) },
  );
}
