import { TokenReader } from './token-reader.js';

/** A condition that a label has to fulfil. */
export interface Matcher {
  readonly label: string;
  readonly compare: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export interface Selection {
  readonly kind: 'select';
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** Of a range, in milliseconds. */
  readonly range: number | undefined;
}

export type Aggregation = 'sum' | 'max' | 'min' | 'avg';
export type OverTime = `${Aggregation | 'last' | 'count'}_over_time` | 'increase' | 'rate';
export type Operator = 'or' | '<' | '+' | '-' | '*' | '/';

/** The part of PromQL that is answered here. */
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
  /** `label_replace` from no label at all: a label with a fixed value. */
  | { readonly kind: 'label'; readonly name: string; readonly value: string; readonly of: Query }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Query; readonly right: Query };

const AGGREGATIONS: readonly string[] = ['sum', 'max', 'min', 'avg'];
const OVER_TIME: readonly string[] = [
  ...['sum', 'max', 'min', 'avg', 'last', 'count'].map((name) => `${name}_over_time`),
  ...['increase', 'rate'],
];
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a query; throws an error that says what is wrong with it, or that it isn't answered here. */
export function parseQuery(text: string): Query {
  const reader = new TokenReader(text);
  const query = union(reader);
  if (reader.next !== undefined) throw new Error(`unexpected ${reader.next}`);
  return query;
}

function union(reader: TokenReader): Query {
  return leftToRight(reader, ['or'], (all) =>
    leftToRight(all, ['<'], (compared) =>
      leftToRight(compared, ['+', '-'], (added) => leftToRight(added, ['*', '/'], operand)),
    ),
  );
}

function leftToRight(
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

function operand(reader: TokenReader): Query {
  const token = reader.take();
  if (token === '(') return closed(reader, union(reader));
  if (/^[\d.]+$/.test(token)) return { kind: 'number', value: Number(token) };
  if (AGGREGATIONS.includes(token) && reader.next !== '{') return aggregation(reader, token as Aggregation); // As the list has it.
  if (reader.next !== '(') return selection(reader, token);
  reader.expect('(');
  if (OVER_TIME.includes(token)) return closed(reader, overTime(reader, token as OverTime)); // As the list has it.
  if (token === 'label_replace') return label(reader);
  throw new Error(`this emulator has no function ${token}`);
}

function closed(reader: TokenReader, query: Query): Query {
  reader.expect(')');
  return query;
}

function aggregation(reader: TokenReader, name: Aggregation): Query {
  const before = labelsBy(reader);
  reader.expect('(');
  const of = closed(reader, union(reader));
  return { kind: 'aggregate', name, by: before ?? labelsBy(reader) ?? [], of };
}

function labelsBy(reader: TokenReader): string[] | undefined {
  if (reader.takeIf('by') === undefined) return undefined;
  return reader.list(['(', ')'], () => reader.take());
}

function overTime(reader: TokenReader, name: OverTime): Query {
  const of = selection(reader, reader.take());
  if (of.range === undefined) throw new Error(`expected type range vector in call to function "${name}"`);
  return { kind: 'over', name, of };
}

function label(reader: TokenReader): Query {
  const of = union(reader);
  const [name = '', value = '', source, pattern] = Array.from({ length: 4 }, () => {
    reader.expect(',');
    return reader.string();
  });
  if (source !== '' || pattern !== '') throw new Error('this emulator replaces no label by another');
  return closed(reader, { kind: 'label', name, value, of });
}

function selection(reader: TokenReader, metric: string): Selection {
  if (!/^[a-zA-Z_:]/.test(metric)) throw new Error(`unexpected ${metric}`);
  const matchers = reader.next === '{' ? reader.list(['{', '}'], () => matcher(reader)) : [];
  return { kind: 'select', metric, matchers, range: rangeOf(reader) };
}

function matcher(reader: TokenReader): Matcher {
  const label = reader.take();
  const compare = reader.takeIf('=', '!=', '=~', '!~');
  if (compare === undefined)
    throw new Error(`unexpected ${reader.next ?? 'end of input'} after label ${label}`);
  return { label, compare: compare as Matcher['compare'], value: reader.string() }; // One of the four.
}

function rangeOf(reader: TokenReader): number | undefined {
  if (reader.takeIf('[') === undefined) return undefined;
  const [, number, unit] = /^(\d+)(ms|[smhd])$/.exec(reader.take()) ?? [];
  if (number === undefined) throw new Error('not a valid duration string');
  reader.expect(']');
  return Number(number) * (UNITS[unit ?? ''] ?? 0);
}
