import { Ajv, type ErrorObject, type FuncKeywordDefinition, type ValidateFunction } from 'ajv';
import { type Contents, MACHINES_API, REFERENCE, type Schema } from './openapi.js';

/** Point in which a value is not as its schema says. */
export interface Flaw {
  /** Place in the document's own names: `fly.MachineService.autostop`. */
  readonly at: string;
  /** Fault in a few words, without the value: it may be a secret. */
  readonly what: string;
}

/** Names of places in the document, by their schemas. */
const PLACES = new WeakMap<object, string>();

const ajv = new Ajv({
  allErrors: true,
  // Each error then comes with the schema that it is about, which has a name.
  verbose: true,
  meta: false,
  validateSchema: false,
});

/** Keyword in place of a reference: the schema of this name, compiled once a value comes to it. Few tests need more than a tenth of all. */
const NAMED = 'named';
ajv.addKeyword({
  keyword: NAMED,
  errors: 'full',
  compile: (name: string) => {
    const check: ReturnType<NonNullable<FuncKeywordDefinition['compile']>> = (value: unknown) => {
      const validate = validatorOf(schemaOf(name), name);
      const isRight = validate(value);
      check.errors = validate.errors ?? [];
      return isRight;
    };
    return check;
  },
});

const compiled = new WeakMap<Schema, ValidateFunction>();

/** Returns all points in which a value is not as a schema of the document says; `place` is the name of the schema itself. */
export function flawsIn(value: unknown, schema: Schema, place: string): Flaw[] {
  const validate = validatorOf(schema, place);
  return validate(value) ? [] : (validate.errors ?? []).map(flawOf);
}

/** Returns all points in which a text of this content type is not as the document's contents say. */
export function flawsInBody(body: string, type: string, contents: Contents): Flaw[] {
  const content = contents[type];
  if (content === undefined)
    return [{ at: 'content-type', what: `must be ${Object.keys(contents).join(' or ')}` }];
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return [{ at: 'body', what: 'must be JSON' }];
  }
  return flawsIn(value, content.schema, 'body');
}

function validatorOf(schema: Schema, place: string): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const made = ajv.compile(closed(schema, place));
  compiled.set(schema, made);
  return made;
}

function schemaOf(name: string): Schema {
  const schema = MACHINES_API.components.schemas[name];
  if (schema === undefined) throw new Error(`The document has no schema ${name}.`);
  return schema;
}

function flawOf({ keyword, params, parentSchema, message = keyword, instancePath }: ErrorObject): Flaw {
  const place = PLACES.get(parentSchema ?? {}) ?? `?${instancePath}`;
  return keyword === 'additionalProperties'
    ? { at: `${place}.${params['additionalProperty']}`, what: 'is not known' }
    : { at: place, what: message };
}

function closedAll(schemas: Readonly<Record<string, Schema>>, above: string): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, closed(schema, `${above}${name}`)]),
  );
}

/** Copies a schema so that its objects take no fields but those that it names: what it doesn't know is worth a look. Writes down the names of its places. */
function closed(schema: Schema, place: string): Schema {
  const { $ref, properties, items, additionalProperties, allOf } = schema;
  if (typeof $ref === 'string') return { [NAMED]: $ref.slice(REFERENCE.length) };
  const copy = {
    ...schema,
    ...(isSchema(properties) && {
      // The casts are safe: these keywords hold schemas and nothing else.
      properties: closedAll(properties as Record<string, Schema>, `${place}.`),
      additionalProperties: false,
    }),
    ...(isSchema(items) && { items: closed(items, `${place}[]`) }),
    ...(isSchema(additionalProperties) && {
      additionalProperties: closed(additionalProperties, `${place}.*`),
    }),
    ...(Array.isArray(allOf) && { allOf: allOf.map((part: Schema) => closed(part, place)) }),
  };
  PLACES.set(copy, place);
  return copy;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
