import { connectionError, untilAborted } from '../__tests__/support/fakes/fly-transport.js';
import { ActionError } from '../src/errors.js';
import { type HttpRequest, type HttpResponse, TooLarge, type Transport } from '../src/http/transport.js';
import type { Dice } from './dice.js';
import { ELSEWHERE, TEXTS } from './hostile.js';
import { mutateJson, mutateText } from './mutate.js';

const STATUSES = [200, 200, 201, 202, 204, 300, 302, 307, 308, 400, 401, 403, 404, 408, 409, 412, 418];
const MORE_STATUSES = [422, 429, 451, 500, 502, 503, 504, 599, 100, 0, 999];
const ERRORS = ['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EPROTO', 'CERT_HAS_EXPIRED'];
const DATES = ['Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', 'soon', '0', '1e999'];
const RETRY_AFTER = ['0', '1', '-1', '1e9', '99999999999999999999', 'Fri, 31 Dec 9999 23:59:59 GMT', '\r\n'];

/** Makes a transport that spoils a share of the answers: damaged, late, foreign, or missing. */
export function spoilingTransport(dice: Dice, inner: Transport, rate: number): Transport {
  return async (request) => {
    const answer = await inner(request);
    return dice.chance(rate) ? spoilAnswer(dice, answer, request) : answer;
  };
}

/** Damages one answer, which may repeat parts of the request. Rejects when no whole answer comes. */
export async function spoilAnswer(
  dice: Dice,
  answer: HttpResponse,
  request: HttpRequest,
): Promise<HttpResponse> {
  if (dice.chance(0.04)) throw connectionError(dice.pick(ERRORS));
  if (dice.chance(0.02)) return untilAborted(request.signal);
  if (dice.chance(0.02)) {
    const cause = new TooLarge(request.maxBytes);
    throw new ActionError('network', `${request.method} ${request.url.origin}: ${cause.message}`, { cause });
  }
  const status = dice.chance(0.3) ? dice.pick([...STATUSES, ...MORE_STATUSES]) : answer.status;
  // A list shows its content; a server that gets a token may hold it.
  const isShown = request.method === 'GET' && status < 300;
  const extra = isShown ? [] : partsOf(request);
  const headers = { ...answer.headers, ...headersFor(dice, partsOf(request)) };
  return { status, headers, body: bodyFor(dice, answer.body, extra) };
}

/** Returns the parts of the request, whole and in pieces. */
function partsOf({ headers, body = '' }: HttpRequest): string[] {
  const { authorization = '', 'fly-machine-lease-nonce': nonce = '' } = headers;
  const [, within = ''] = /"(?:ticket|header)":"([^"]+)"/.exec(body) ?? [];
  return [authorization, ...authorization.split(/[ ,]/), nonce, within].filter((text) => text !== '');
}

function bodyFor(dice: Dice, body: string, extra: readonly string[]): string {
  if (dice.chance(0.15)) return mutateText(dice, body, { extra });
  if (dice.chance(0.05)) return dice.pick(TEXTS);
  if (dice.chance(0.1)) return JSON.stringify(mutateJson(dice, errorBody(dice, extra), { extra }));
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return mutateText(dice, body, { extra });
  }
  const text = JSON.stringify(mutateJson(dice, json, { extra }));
  // No value is written like this, but JSON reads it as infinite.
  return dice.chance(0.1) ? text.replace(/\d+(?=[,}\]])/, '1e999') : text;
}

function errorBody(dice: Dice, extra: readonly string[]): unknown {
  const words = () => `${dice.pick(TEXTS)} ${extra.length === 0 ? '' : dice.pick(extra)}`;
  return { error: words(), message: words(), status: dice.pick(['error', 'insufficient_capacity', words()]) };
}

function headersFor(dice: Dice, extra: readonly string[]): Record<string, string> {
  const text = () =>
    (extra.length > 0 && dice.chance(0.3) ? dice.pick(extra) : dice.pick(TEXTS)).slice(0, 300);
  return {
    ...(dice.chance(0.2) && { location: dice.pick(ELSEWHERE) }),
    ...(dice.chance(0.2) && { date: dice.pick(DATES) }),
    ...(dice.chance(0.2) && { 'retry-after': dice.pick(RETRY_AFTER) }),
    ...(dice.chance(0.2) && { 'fly-request-id': text() }),
    ...(dice.chance(0.1) && { 'content-type': text() }),
  };
}
