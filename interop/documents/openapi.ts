import document from './machines-openapi.json' with { type: 'json' };

/** Begin of a reference to a schema by its name. */
export const REFERENCE = '#/components/schemas/';

/** Schema of JSON, as OpenAPI 3.0 writes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Forms of a body, by their content types. */
export type Contents = Readonly<Record<string, { readonly schema: Schema }>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Contents };
  /** Answers by status; one without content has a body of which nothing is said. */
  readonly responses: Readonly<Record<string, { readonly content?: Contents }>>;
}

/** Document of an API, as far as it is used here. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: Schema;
  /** Operations by path, and by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Operation and its name: `GET /v1/apps/{app_name}`. */
export interface NamedOperation extends Operation {
  readonly name: string;
}

/** Fly's document of its Machines API; the note beside it says where it is from. */
// The cast is safe: a test reads the whole document by this type. TypeScript sees optional fields of one entry in all.
export const MACHINES_API = document as unknown as OpenApi;

/** Operations by method and number of segments, each with what its path looks like. */
const BY_SHAPE = new Map<string, { readonly pattern: RegExp; readonly operation: NamedOperation }[]>();

for (const [path, operations] of Object.entries(MACHINES_API.paths)) {
  for (const [method, operation] of Object.entries(operations)) {
    const verb = method.toUpperCase();
    const shape = shapeOf(verb, path);
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    const named = { ...operation, name: `${verb} ${path}` };
    BY_SHAPE.set(shape, [...(BY_SHAPE.get(shape) ?? []), { pattern, operation: named }]);
  }
}

function shapeOf(method: string, path: string): string {
  return `${method} ${path.split('/').length}`;
}

/** Finds the operation of a request by its path, without a query; undefined where the document knows none. */
export function operationOf(method: string, path: string): NamedOperation | undefined {
  return BY_SHAPE.get(shapeOf(method, path))?.find(({ pattern }) => pattern.test(path))?.operation;
}
