import type { Answer } from '../../emulator/http.js';
import type { Difference } from './difference.js';
import { type Contents, type NamedOperation, REFERENCE } from './openapi.js';
import { flawsInBody } from './schemas.js';

/** Form of every refusal. The document leaves out most of them, and names the same form for all that it has. */
const REFUSAL: Contents = { 'application/json': { schema: { $ref: `${REFERENCE}ErrorResponse` } } };

/** Returns all points in which an answer is not as the document says. */
export function judgeAnswer(operation: NamedOperation, { status, headers, body }: Answer): Difference[] {
  const found = (at: string, what: string): Difference => ({
    operation: operation.name,
    of: status,
    at,
    what,
  });
  const response = operation.responses[status];
  if (response === undefined && status < 400) return [found('status', 'is not known')];
  if (status === 204) return body === '' ? [] : [found('body', 'must be empty')];
  const contents = response === undefined ? REFUSAL : (response.content ?? {});
  // Of some answers, the document says no more than that they exist.
  if (Object.keys(contents).length === 0) return [];
  const type = headers['content-type']?.replace(/;.*/s, '').trim() ?? '';
  return flawsInBody(body, type, contents).map(({ at, what }) => found(at, what));
}
