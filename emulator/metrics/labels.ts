import type { Query } from './promql.js';

/** Labels of a series. */
export type Labels = Readonly<Record<string, string>>;

/** Returns those of the labels that are named and not empty. */
export function keptOf(labels: Labels, by: readonly string[]): Labels {
  return Object.fromEntries(by.flatMap((label) => (labels[label] ? [[label, labels[label]]] : [])));
}

/** Returns labels without the name of the metric. */
export function withoutName(labels: Labels): Labels {
  if (!('__name__' in labels)) return labels;
  const { __name__: _, ...others } = labels;
  return others;
}

/** Labels that a part of a query has made, by what it made them of: it makes the same at every step. */
const MADE = new WeakMap<Query, Map<string, Labels>>();

/** Returns the labels that a part of a query makes of what `key` says; made once, so that their own key is known, too. */
export function labelsOnce(query: Query, key: string, make: () => Labels): Labels {
  const made = MADE.get(query) ?? new Map<string, Labels>();
  const labels = made.get(key) ?? make();
  MADE.set(query, made.set(key, labels));
  return labels;
}

/** Keys that are known: the same labels are asked for at every step, by each part of a query. */
const KEYS = new WeakMap<Labels, string>();

/** Returns a text that is the same for the same labels. */
export function keyOf(labels: Labels): string {
  const known = KEYS.get(labels);
  if (known !== undefined) return known;
  const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  KEYS.set(labels, key);
  return key;
}
