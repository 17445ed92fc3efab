import type { HttpRequest, HttpResponse, Transport } from '../../src/http/transport.js';
import { untilAborted } from './fly-transport.js';

/** What the next request gets: an answer, an error of the connection, or nothing ever. */
export type Scripted = HttpResponse | Error | 'hang';

/** A transport that answers by a script, and fails the test that asks once too often. */
export function scripted(...script: readonly Scripted[]): { transport: Transport; requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const transport: Transport = async (request) => {
    request.signal.throwIfAborted();
    const next = script[requests.length];
    requests.push(request);
    if (next === undefined) throw new Error(`request ${requests.length} is one too many`);
    if (next === 'hang') return untilAborted(request.signal);
    if (next instanceof Error) throw next;
    return next;
  };
  return { transport, requests };
}

/** An answer with a JSON body, or with the text as it is. */
export function answer(
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
