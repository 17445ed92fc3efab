import type { Exchange } from '../../emulator/exchange.js';
import { type Difference, isOf, lineOf } from './difference.js';
import { INTENDED } from './intended-differences.js';
import { judgeAnswer } from './judge-answer.js';
import { faultInQuery, queryIn } from './judge-query.js';
import { judgeRequest } from './judge-request.js';
import { operationOf } from './openapi.js';

/** Parts of an exchange to judge. */
export interface Parts {
  /** False where a test itself writes the requests, wrong ones among them. */
  readonly requests: boolean;
}

/**
 * Returns the points in which an exchange is not as Fly's document says, intended ones included. What the emulated Fly answers beside
 * the Machines API is not in the document.
 */
export function differencesOf(
  { request, answer }: Pick<Exchange, 'request' | 'answer'>,
  { requests }: Parts,
): Difference[] {
  const { method, path } = request;
  const [pathname = ''] = path.split('?');
  const operation = operationOf(method, pathname);
  if (operation === undefined) {
    const isForeign = !pathname.startsWith('/v1/') || answer === undefined || answer.status === 404;
    return isForeign
      ? []
      : [{ operation: `${method} ${pathname}`, of: 'request', at: 'operation', what: 'is not known' }];
  }
  return [
    ...(requests ? judgeRequest(operation, request) : []),
    ...(answer === undefined ? [] : judgeAnswer(operation, answer)),
  ];
}

/** Returns a line for each point in which an exchange is not as Fly's document or Prometheus' grammar says, unless that is intended. */
export function faultsOf(exchange: Pick<Exchange, 'request' | 'answer'>, parts: Parts): string[] {
  const differences = differencesOf(exchange, parts).filter((it) => !INTENDED.some((row) => isOf(row, it)));
  // A user may well write what is no query. Fly may refuse it for that, or before it has read it.
  const isTaken = parts.requests && exchange.answer?.status === 200;
  const query = isTaken ? queryIn(exchange.request) : undefined;
  const fault = query === undefined ? undefined : faultInQuery(query);
  return [
    ...differences.map(lineOf),
    ...(fault === undefined ? [] : [`a query that is no PromQL, ${fault}`]),
  ];
}
