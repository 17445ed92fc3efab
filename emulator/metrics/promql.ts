import { TokenReader } from './token-reader.js';

/** A condition on a label. */
export interface Matcher {
  readonly label: string;
  readonly compare: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** A selection of series. */
export interface Selection {
  readonly kind: 'select';
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** Range in milliseconds, if the query gives one. */
  readonly range: number | undefined;
}

export type Aggregation = 'sum' | 'max' | 'min' | 'avg';
export type OverTime = `${Aggregation | 'last' | 'count'}_over_time` | 'increase' | 'rate';
export type Operator = 'or' | '<' | '+' | '-' | '*' | '/';

/** The part of PromQL that the emulator answers. */
export type Query =
  | Selection
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'over'; readonly name: OverTime; readonly of: Selection }
  | {
      readonly kind: 'aggregate';
      readonly name: Aggregation;
      readonly by: readonly string[];
      readonly of: Query;
    }
  /** `label_replace` without a source label: a label with a fixed value. */
  | { readonly kind: 'label'; readonly name: string; readonly value: string; readonly of: Query }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Query; readonly right: Query };

const AGGREGATIONS: readonly string[] = ['sum', 'max', 'min', 'avg'];
const OVER_TIME: readonly string[] = [
  'sum_over_time',
  'max_over_time',
  'min_over_time',
  'avg_over_time',
  'last_over_time',
  'count_over_time',
  'increase',
  'rate',
];
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a query. Throws an error that says what is wrong with it, or which part the emulator doesn't answer.
 */
export function parseQuery(text: string): Query {
  const reader = new TokenReader(text);
  const query = readUnion(reader);
  if (reader.next !== undefined) throw new Error(`unexpected ${reader.next}`);
  return query;
}

function readUnion(reader: TokenReader): Query {
  return readLeftToRight(reader, ['or'], (all) =>
    readLeftToRight(all, ['<'], (compared) =>
      readLeftToRight(compared, ['+', '-'], (added) => readLeftToRight(added, ['*', '/'], readOperand)),
    ),
  );
}

function readLeftToRight(
  reader: TokenReader,
  operators: readonly Operator[],
  read: (reader: TokenReader) => Query,
): Query {
  let left = read(reader);
  for (;;) {
    const operator = operators.find((it) => it === reader.next);
    if (operator === undefined) return left;
    reader.take();
    left = { kind: 'binary', operator, left, right: read(reader) };
  }
}

function readOperand(reader: TokenReader): Query {
  const token = reader.take();
  if (token === '(') return readClosing(reader, readUnion(reader));
  if (/^[\d.]+$/.test(token)) return { kind: 'number', value: Number(token) };
  if (AGGREGATIONS.includes(token) && reader.next !== '{')
    return readAggregation(reader, token as Aggregation); // The list holds only aggregations.
  if (reader.next !== '(') return readSelection(reader, token);
  reader.expect('(');
  if (OVER_TIME.includes(token)) return readClosing(reader, readOverTime(reader, token as OverTime)); // The list holds only functions over time.
  if (token === 'label_replace') return readLabelReplace(reader);
  throw new Error(`this emulator has no function ${token}`);
}

function readClosing(reader: TokenReader, query: Query): Query {
  reader.expect(')');
  return query;
}

function readAggregation(reader: TokenReader, name: Aggregation): Query {
  const before = readLabelsBy(reader);
  reader.expect('(');
  const of = readClosing(reader, readUnion(reader));
  return { kind: 'aggregate', name, by: before ?? readLabelsBy(reader) ?? [], of };
}

function readLabelsBy(reader: TokenReader): string[] | undefined {
  if (reader.takeIf('by') === undefined) return undefined;
  return reader.list(['(', ')'], () => reader.take());
}

function readOverTime(reader: TokenReader, name: OverTime): Query {
  const of = readSelection(reader, reader.take());
  if (of.range === undefined) throw new Error(`expected type range vector in call to function "${name}"`);
  return { kind: 'over', name, of };
}

function readLabelReplace(reader: TokenReader): Query {
  const of = readUnion(reader);
  const [name = '', value = '', source, pattern] = Array.from({ length: 4 }, () => {
    reader.expect(',');
    return reader.string();
  });
  if (source !== '' || pattern !== '') throw new Error('this emulator replaces no label by another');
  return readClosing(reader, { kind: 'label', name, value, of });
}

function readSelection(reader: TokenReader, metric: string): Selection {
  if (!/^[a-zA-Z_:]/.test(metric)) throw new Error(`unexpected ${metric}`);
  const matchers = reader.next === '{' ? reader.list(['{', '}'], () => readMatcher(reader)) : [];
  return { kind: 'select', metric, matchers, range: readRange(reader) };
}

function readMatcher(reader: TokenReader): Matcher {
  const label = reader.take();
  const compare = reader.takeIf('=', '!=', '=~', '!~');
  if (compare === undefined)
    throw new Error(`unexpected ${reader.next ?? 'end of input'} after label ${label}`);
  return { label, compare: compare as Matcher['compare'], value: reader.string() }; // The reader returns one of the four.
}

function readRange(reader: TokenReader): number | undefined {
  if (reader.takeIf('[') === undefined) return undefined;
  const [, number, unit] = /^(\d+)(ms|[smhd])$/.exec(reader.take()) ?? [];
  if (number === undefined) throw new Error('not a valid duration string');
  reader.expect(']');
  return Number(number) * (UNITS[unit ?? ''] ?? 0);
}
