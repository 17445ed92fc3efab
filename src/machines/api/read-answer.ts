import * as v from '@badrap/valita';
import { ActionError } from '../../errors.js';
import type { HttpResponse } from '../../http/transport.js';
import { withoutHeader } from '../../known-secrets.js';
import type { Call } from './call.js';
import { STRANGE_HINT } from './refusal-table.js';
import { Refusal } from './refusals.js';

/** Fields of a call that reading its answer needs. */
export type AnsweredCall<T> = Pick<Call<T>, 'what' | 'path' | 'answer' | 'nonce'>;

/** Failure that Fly reports, even with a status of success. (superfly/flyctl: internal/command/machine/start.go) */
const Failed = v.union(
  v.object({ status: v.union(v.literal('error'), v.literal('failed')) }),
  v.object({ error: v.string().assert((text) => text !== '') }),
);

/** Returns the refusal in an answer, as an error to throw. */
export function refusalOf(
  { what, path }: Pick<AnsweredCall<unknown>, 'what' | 'path'>,
  response: HttpResponse,
): Refusal {
  return new Refusal(what, response, { isOfApp: !/\/machines\/./.test(path) });
}

/** Reads an answer as JSON of a type. Throws a `Refusal` unless it is a success, and `Fly failure` if it makes no sense. */
export function readAnswer<T>(response: HttpResponse, asked: AnsweredCall<T>): T {
  const { what, answer: type } = asked;
  if (response.status < 200 || response.status > 299) throw refusalOf(asked, response);
  let json: unknown;
  try {
    json = JSON.parse(response.body);
  } catch {
    throw nonsense(response, what, 'it is not JSON');
  }
  if (Failed.try(json, { mode: 'strip' }).ok) {
    const body = withoutHeader(response.body, asked.nonce ?? '');
    throw refusalOf(asked, { ...response, body });
  }
  const result = type.try(json, { mode: 'strip' });
  if (!result.ok) throw nonsense(response, what, result.message);
  return result.value;
}

function nonsense(response: HttpResponse, what: string, why: string): ActionError {
  return new ActionError('Fly failure', `${what}: Fly's answer (${response.status}) makes no sense: ${why}`, {
    status: response.status,
    requestId: response.headers['fly-request-id'],
    hint: STRANGE_HINT,
  });
}
