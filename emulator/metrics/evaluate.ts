import { keptOf, keyOf, type Labels, labelsOnce, withoutName } from './labels.js';
import { FOLDS, overTime, within } from './over-time.js';
import type { Matcher, Operator, Query, Selection } from './promql.js';
import type { Sample, Series } from './samples.js';

/** Milliseconds for which a sample counts when the query has no range. */
const LOOKBACK_MS = 300_000;

/** A value with its labels at one time. */
interface Value {
  readonly labels: Labels;
  readonly value: number;
}

/** Times at which to evaluate a query, both ends included, in milliseconds since 1970. */
export interface Steps {
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
}

/** A search for series; times in milliseconds since 1970. */
export interface Search {
  readonly metric: string;
  /** Name of the app that they belong to; undefined: any app. */
  readonly app: string | undefined;
  readonly from: number;
  readonly to: number;
}

/** Function that finds stored series; it may return those of other apps as well. */
export type Store = (search: Search) => readonly Series[];

/** Evaluates a query at every step. */
export function evaluate(query: Query, { start, end, stepMs }: Steps, store: Store): Series[] {
  const stored = new Map<Selection, readonly Series[]>();
  const read = (selection: Selection) => {
    const known = stored.get(selection);
    if (known !== undefined) return known;
    const { metric, matchers, range = LOOKBACK_MS } = selection;
    const app = matchers.find(({ label, compare }) => label === 'app' && compare === '=')?.value;
    const found = store({ metric, app, from: start - range, to: end }).filter(({ labels }) =>
      matchers.every((matcher) => fits(labels, matcher)),
    );
    stored.set(selection, found);
    return found;
  };
  const all = new Map<string, { labels: Labels; samples: Sample[] }>();
  for (let at = start; at <= end; at += stepMs) {
    for (const { labels, value } of valuesOf(query, at, read)) {
      const key = keyOf(labels);
      const series = all.get(key) ?? { labels, samples: [] };
      series.samples.push({ at, value });
      all.set(key, series);
    }
  }
  return [...all.values()];
}

function fits(labels: Labels, { label, compare, value }: Matcher): boolean {
  const is = labels[label] ?? '';
  switch (compare) {
    case '=':
      return is === value;
    case '!=':
      return is !== value;
    case '=~':
      return new RegExp(`^(?:${value})$`).test(is);
    case '!~':
      return !new RegExp(`^(?:${value})$`).test(is);
  }
}

type Read = (selection: Selection) => readonly Series[];

function valuesOf(query: Query, at: number, read: Read): Value[] {
  switch (query.kind) {
    case 'number':
      return [{ labels: {}, value: query.value }];
    case 'select':
      return read(query).flatMap(({ labels, samples }) =>
        within(samples, at - LOOKBACK_MS, at)
          .slice(-1)
          .map(({ value }) => ({ labels, value })),
      );
    case 'over': {
      const { name, of } = query;
      const range = of.range ?? 0;
      return read(of).flatMap(({ labels, samples }) => {
        const value = overTime(name, within(samples, at - range, at), range);
        return value === undefined
          ? []
          : [{ labels: name === 'last_over_time' ? labels : withoutName(labels), value }];
      });
    }
    case 'aggregate':
      return aggregate(query, valuesOf(query.of, at, read));
    case 'label':
      return valuesOf(query.of, at, read).map(({ labels, value }) => ({
        labels: labelsOnce(query, keyOf(labels), () => ({ ...labels, [query.name]: query.value })),
        value,
      }));
    case 'binary':
      return combine(query.operator, valuesOf(query.left, at, read), valuesOf(query.right, at, read));
  }
}

function aggregate(query: Extract<Query, { kind: 'aggregate' }>, values: readonly Value[]): Value[] {
  const { name, by } = query;
  const groups = new Map<string, { labels: Labels; values: number[] }>();
  for (const { labels, value } of values) {
    const key = JSON.stringify(by.map((label) => labels[label] ?? ''));
    const group = groups.get(key) ?? { labels: labelsOnce(query, key, () => keptOf(labels, by)), values: [] };
    group.values.push(value);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({ labels: group.labels, value: FOLDS[name](group.values) }));
}

function combine(operator: Operator, left: readonly Value[], right: readonly Value[]): Value[] {
  const others = new Map(right.map((it) => [keyOf(withoutName(it.labels)), it.value]));
  if (operator === 'or') {
    const known = new Set(left.map(({ labels }) => keyOf(withoutName(labels))));
    return [...left, ...right.filter(({ labels }) => !known.has(keyOf(withoutName(labels))))];
  }
  return left.flatMap(({ labels, value }) => {
    // A number fits every series.
    const other = others.get(keyOf(withoutName(labels))) ?? others.get('[]');
    if (other === undefined) return [];
    if (operator === '<') return value < other ? [{ labels, value }] : [];
    return [{ labels: withoutName(labels), value: calculate(operator, value, other) }];
  });
}

function calculate(operator: Exclude<Operator, 'or' | '<'>, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
  }
}
