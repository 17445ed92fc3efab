import { isCollection, isMap, parseDocument, visit } from 'yaml';

/** Keys that GitHub has and act's schema refuses, by the key that they stand under. */
const LACKING_KEYS: Readonly<Record<string, readonly string[]>> = {
  concurrency: ['queue'],
  schedule: ['timezone'],
};
/** Expressions that act leaves empty, and what says the same in the README's matrix of four shares. */
const LACKING_VALUES: Readonly<Record<string, string>> = {
  'strategy.job-index': 'matrix.share',
  'strategy.job-total': '4',
};

/** A workflow as act can run it. */
export interface Readable {
  /** As it stood, where act lacks nothing of it. */
  readonly text: string;
  /** What was taken out or replaced since act lacks it. */
  readonly lacking: readonly string[];
}

/** Takes out, or replaces, what GitHub has and act lacks. */
export function asActReads(text: string): Readable {
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
  return { text: keys.length === 0 ? valued : workflow.toString(), lacking: [...lacking, ...keys] };
}
