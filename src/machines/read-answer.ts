import type * as v from '@badrap/valita';
import { ActionError } from '../errors.js';
import type { HttpResponse } from '../http/transport.js';
import { Refusal } from './refusals.js';

/** Reads an answer as JSON of a type. Throws a `Refusal` unless it is a success, `Fly failure` when it makes no sense. */
export function readAnswer<T>(response: HttpResponse, what: string, type: v.Type<T>): T {
  if (response.status < 200 || response.status > 299) throw new Refusal(what, response);
  let json: unknown;
  try {
    json = JSON.parse(response.body);
  } catch {
    throw nonsense(response, what, 'it is not JSON');
  }
  const result = type.try(json, { mode: 'strip' });
  if (!result.ok) throw nonsense(response, what, result.message);
  return result.value;
}

function nonsense(response: HttpResponse, what: string, why: string): ActionError {
  return new ActionError('Fly failure', `${what}: Fly's answer (${response.status}) makes no sense: ${why}`, {
    status: response.status,
    requestId: response.headers['fly-request-id'],
    hint: 'Is api-url right, and no proxy in between? Otherwise see https://status.flyio.net.',
  });
}
