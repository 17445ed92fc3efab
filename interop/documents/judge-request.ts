import type { FlyRequest } from '../../emulator/http.js';
import type { Difference } from './difference.js';
import type { NamedOperation, Parameter, Schema } from './openapi.js';
import { flawsIn, flawsInBody } from './schemas.js';

/** Headers of HTTP itself, of which the document says nothing. */
const USUAL_HEADERS: ReadonlySet<string> = new Set([
  ...['accept', 'accept-encoding', 'authorization', 'connection', 'content-length', 'content-type'],
  ...['cookie', 'host', 'transfer-encoding', 'user-agent'],
]);

type Found = (at: string, what: string) => Difference;

/** Returns all points in which a request is not as the document says. */
export function judgeRequest(operation: NamedOperation, request: FlyRequest): Difference[] {
  const found: Found = (at, what) => ({ operation: operation.name, of: 'request', at, what });
  const query = new URL(request.path, 'http://fly.invalid').searchParams;
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined || USUAL_HEADERS.has(name) ? [] : [[name, value] as const],
  );
  return [
    ...judgeParameters(operation, { in: 'query', given: [...query] }, found),
    ...judgeParameters(operation, { in: 'header', given: headers }, found),
    ...judgeBody(operation, request, found),
  ];
}

interface Given {
  readonly in: Parameter['in'];
  readonly given: readonly (readonly [name: string, value: string])[];
}

function judgeParameters(
  { parameters = [] }: NamedOperation,
  { in: place, given }: Given,
  found: Found,
): Difference[] {
  const known = parameters.filter((it) => it.in === place);
  const missing = known.filter(({ name, required }) => required && !given.some(([it]) => it === name));
  const wrong = given.flatMap(([name, text]) => {
    const at = `${place} ${name}`;
    const schema = known.find((it) => it.name === name)?.schema;
    if (schema === undefined) return [found(at, 'is not known')];
    return flawsIn(typedAs(text, schema), schema, at).map((flaw) => found(flaw.at, flaw.what));
  });
  return [...missing.map(({ name }) => found(`${place} ${name}`, 'must be there')), ...wrong];
}

/** Reads the text of a parameter; one that is nothing of the kind stays a text, which the schema then refuses. */
function typedAs(text: string, { type }: Schema): unknown {
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function judgeBody(
  { requestBody }: NamedOperation,
  { headers, body }: FlyRequest,
  found: Found,
): Difference[] {
  if (body === '') return requestBody?.required === true ? [found('body', 'must be there')] : [];
  if (requestBody === undefined) return [found('body', 'is not known')];
  const type = headers['content-type'] ?? '';
  return flawsInBody(body, type, requestBody.content).map(({ at, what }) => found(at, what));
}
