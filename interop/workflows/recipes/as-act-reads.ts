import { isCollection, isMap, parseDocument, visit } from 'yaml';

/** Keys that GitHub knows and act's schema refuses, by their parent key. */
const LACKING_KEYS: Readonly<Record<string, readonly string[]>> = {
  concurrency: ['queue'],
  schedule: ['timezone'],
};
/** Expressions that act leaves empty, with an equivalent in a matrix of four shares. */
const LACKING_VALUES: Readonly<Record<string, string>> = {
  'strategy.job-index': 'matrix.share',
  'strategy.job-total': '4',
};

/** A workflow that act can run. */
export interface ReadableWorkflow {
  /** Text; unchanged if act lacks nothing. */
  readonly text: string;
  /** Parts that were removed or replaced because act lacks them. */
  readonly lacking: readonly string[];
}

/** Removes or replaces the parts that act lacks. */
export function asActReads(text: string): ReadableWorkflow {
  const lacking = new Set<string>();
  const valued = text.replace(/(?<=\$\{\{ )[\w.-]+(?= \}\})/g, (expression) => {
    const value = Object.hasOwn(LACKING_VALUES, expression) ? LACKING_VALUES[expression] : undefined;
    if (value !== undefined) lacking.add(expression);
    return value ?? expression;
  });
  const workflow = parseDocument(valued);
  const keys: string[] = [];
  visit(workflow, {
    Pair(_, { key, value }) {
      const parent = String(key);
      const items = isMap(value) ? [value] : isCollection(value) ? value.items : [];
      for (const child of Object.hasOwn(LACKING_KEYS, parent) ? (LACKING_KEYS[parent] ?? []) : [])
        for (const item of items) if (isMap(item) && item.delete(child)) keys.push(`${parent}.${child}`);
    },
  });
  return {
    text: keys.length === 0 ? valued : workflow.toString(),
    lacking: [...new Set([...lacking, ...keys])],
  };
}
