import { type FlyRequest, page } from '../../emulator/http.js';
import type { MetFault } from '../host/network.js';
import { REFUSED } from './refused.js';
import { REQUESTS } from './requests.js';

/** Row of the table of faults: which requests it can meet, and what becomes of them. */
export interface FaultRow {
  readonly meets: (request: FlyRequest) => boolean;
  readonly rule: MetFault;
  /** True where it meets a process only until that is authorized otherwise than by its first request. */
  readonly untilRenewed?: true;
}

const { any, api, change, exec, lease, list, ofMachine, read, party, metrics, start } = REQUESTS;

const error = (status: number, text: string) => ({ status, body: { error: text } });
const html = (status: number, title: string) => ({
  status,
  body: page(status, title).body,
  headers: { 'content-type': 'text/html' },
});
const wait = (seconds: string) => ({
  ...error(429, 'rate limit exceeded'),
  headers: { 'retry-after': seconds },
});
const afterEffect = true;

/** Faults of the network, of Fly and of what lies between, by name. */
export const FAULTS = {
  'no connection': { meets: any, rule: { unsent: 'ECONNREFUSED' } },
  'no such host': { meets: any, rule: { unsent: 'ENOTFOUND' } },
  'reset before': { meets: any, rule: { fault: 'reset' } },
  'reset after': { meets: any, rule: { fault: 'reset', afterEffect } },
  'hang before': { meets: any, rule: { fault: 'hang' } },
  'hang after': { meets: any, rule: { fault: 'hang', afterEffect } },
  'cut body': { meets: any, rule: { fault: 'cut', afterEffect } },
  'slow body': { meets: any, rule: { fault: 'drip', afterEffect } },
  'too many requests': { meets: api, rule: { fault: error(429, 'rate limit exceeded') } },
  'wait a second': { meets: api, rule: { fault: wait('1') } },
  'wait half a minute': { meets: api, rule: { fault: wait('30') } },
  'wait an hour': { meets: api, rule: { fault: wait('3600') } },
  'server error': { meets: api, rule: { fault: error(500, 'internal server error') } },
  'server error after': { meets: change, rule: { fault: error(500, 'internal server error'), afterEffect } },
  'server without words': { meets: api, rule: { fault: { status: 502 } } },
  'bad gateway': { meets: any, rule: { fault: html(502, 'Bad Gateway') } },
  unavailable: { meets: any, rule: { fault: html(503, 'Service Unavailable') } },
  'gateway timeout after': { meets: api, rule: { fault: html(504, 'Gateway Timeout'), afterEffect } },
  'host unreachable': {
    meets: ofMachine,
    rule: { fault: error(408, 'deadline_exceeded: could not reach the host in time') },
  },
  'host unreachable after': {
    meets: change,
    rule: { fault: error(408, 'deadline_exceeded: request timed out'), afterEffect },
  },
  garbage: { meets: api, rule: { fault: 'garbage' } },
  'garbage after': { meets: change, rule: { fault: 'garbage', afterEffect } },
  'empty body': { meets: read, rule: { fault: { status: 200 } } },
  'null body': { meets: read, rule: { fault: { status: 200, body: 'null' } } },
  'list is empty': { meets: list, rule: { fault: { status: 200, body: '[]' } } },
  'start has failed': {
    meets: start,
    rule: { fault: { status: 200, body: { status: 'error', message: 'could not start the machine' } } },
  },
  'exec cut': {
    meets: exec,
    rule: { fault: error(412, 'failed_precondition: exec request failed: EOF'), afterEffect },
  },
  'exec without a machine': {
    meets: exec,
    rule: { fault: error(412, 'failed_precondition: machine not running') },
  },
  'lease lost': { meets: lease, rule: { fault: error(404, 'lease not found') } },
  // A discharge that holds by its own word, and that Fly no longer accepts.
  'discharge forgotten': { meets: api, rule: { fault: error(401, 'unauthorized') }, untilRenewed: true },
  'party unavailable': { meets: party, rule: { fault: html(503, 'Service Unavailable') } },
  'party busy': { meets: party, rule: { fault: error(429, 'slow down') } },
  'party garbage': { meets: party, rule: { fault: 'garbage' } },
  'metrics fail': {
    meets: metrics,
    rule: { fault: { status: 500, body: { status: 'error', error: 'query failed' } } },
  },
  'metrics too busy': { meets: metrics, rule: { fault: error(429, 'too many queries') } },
  'metrics garbage': { meets: metrics, rule: { fault: 'garbage' } },
  'metrics of nobody': {
    meets: metrics,
    rule: { fault: error(401, 'something went wrong resolving organization') },
  },
  ...REFUSED,
} as const satisfies Readonly<Record<string, FaultRow>>;

/** Name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** Names of all faults, in the table's order. */
// Object.keys forgets that the keys are the table's own.
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
