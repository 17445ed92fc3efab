/**
 * Renews `machines-openapi.json` from Fly's whole document: `npx tsx interop/documents/trim.ts <path>`, then `npm run format`.
 * It keeps the operations that the emulator answers and the schemas that these name, without words for people.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fittingRoutes } from '../../emulator/routes/routes.js';
import { type OpenApi, type Operation, REFERENCE, type Schema } from './openapi.js';

const TRIMMED = new URL('./machines-openapi.json', import.meta.url);
const FOR_PEOPLE = /^(description|summary|example|tags|operationId|deprecated|x-.*)$/;

/** Returns the part of a document that is about what the emulator answers. */
export function trimmed({ openapi, info, paths, components: { schemas } }: OpenApi): OpenApi {
  const kept = Object.entries(paths).flatMap(([path, operations]) => {
    const answered = Object.entries(operations).filter(([method]) => isAnswered(method, path));
    return answered.length === 0 ? [] : [[path, Object.fromEntries(answered)] as const];
  });
  const used = withoutWords<Record<string, Record<string, Operation>>>(Object.fromEntries(kept));
  const all = withoutWords<Record<string, Schema>>(schemas);
  const reached = new Set<string>();
  reach(used, all, reached);
  const named = Object.entries(all).filter(([name]) => reached.has(name));
  const components = { schemas: Object.fromEntries(named) };
  return { openapi, info: withoutWords(info, false), paths: used, components };
}

function isAnswered(method: string, path: string): boolean {
  return !fittingRoutes(method.toUpperCase(), path).next().done;
}

/** Copies a value without what is for people alone. The keys of `properties` and the like are names, which all stay. */
function withoutWords<T>(value: unknown, areNames = true): T {
  const copied = (it: unknown, isNames: boolean): unknown => {
    if (Array.isArray(it)) return it.map((item) => copied(item, false));
    if (typeof it !== 'object' || it === null) return it;
    const fields = Object.entries(it).filter(([key]) => isNames || !FOR_PEOPLE.test(key));
    return Object.fromEntries(fields.map(([key, field]) => [key, copied(field, !isNames && hasNames(key))]));
  };
  // The cast is safe: nothing goes but keywords that no type here has.
  return copied(value, areNames) as T;
}

function hasNames(key: string): boolean {
  return key === 'properties' || key === 'responses' || key === 'content';
}

/** Adds the names of all schemas that a value leads to. */
function reach(value: unknown, schemas: Readonly<Record<string, Schema>>, reached: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, field] of Object.entries(value)) {
    if (key !== '$ref' || typeof field !== 'string') {
      reach(field, schemas, reached);
      continue;
    }
    const name = field.slice(REFERENCE.length);
    if (reached.has(name)) continue;
    reached.add(name);
    reach(schemas[name], schemas, reached);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error("Name the file of Fly's document: trim.ts <path>");
  // The cast is safe as far as the tests go: they read all of it.
  const document = JSON.parse(readFileSync(path, 'utf8')) as OpenApi;
  writeFileSync(TRIMMED, JSON.stringify(trimmed(document)));
}
