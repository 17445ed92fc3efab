import { GraphqlError } from './graphql-error.js';
import type { Field } from './read-query.js';

/** An object of the schema: its type's name, and how each of its fields is found. */
export interface GraphqlObject {
  readonly type: string;
  readonly fields: Readonly<Record<string, (args: Field['args']) => Resolved>>;
}

export type Resolved = GraphqlObject | string | number | boolean | null;

/** What was asked for of an object. Throws a `GraphqlError` that names the first field which the emulator doesn't have. */
export function selectFields(
  object: GraphqlObject,
  wanted: readonly Field[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(wanted.map((field) => [field.alias, resolve(object, field)]));
}

function resolve({ type, fields }: GraphqlObject, { name, args, fields: wanted }: Field): unknown {
  if (name === '__typename') return type;
  const find = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (find === undefined) {
    const known = Object.keys(fields).join(', ');
    throw new GraphqlError(
      `Field '${name}' doesn't exist on type '${type}'; this emulator has ${known} there`,
    );
  }
  const value = find(args);
  const isObject = typeof value === 'object' && value !== null;
  if (value !== null && isObject !== wanted.length > 0) {
    throw new GraphqlError(
      isObject ? `Field '${name}' must have selections` : `Field '${name}' has no selections`,
    );
  }
  return isObject ? selectFields(value, wanted) : value;
}
