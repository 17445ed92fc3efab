import type { FaultRule } from '../../emulator/faults.js';
import { REQUESTS } from './requests.js';

const { api, change, exec, halt, list, look, ofMachine, start, suspend, wait } = REQUESTS;

type Meets = (typeof REQUESTS)[keyof typeof REQUESTS];

const row = (meets: Meets, status: number, text: string, fields: Readonly<Record<string, string>> = {}) => ({
  meets,
  rule: { fault: { status, body: { error: text, ...fields } } } satisfies Pick<FaultRule, 'fault'>,
});
const plain = (meets: Meets, status: number, body: string) => ({
  meets,
  rule: { fault: { status, body } } satisfies Pick<FaultRule, 'fault'>,
});

/** Refusals in words that Fly was seen to answer or that its clients look for, whatever the true state of things. */
export const REFUSED = {
  'still attempting': row(start, 412, 'failed_precondition: machine still attempting to start'),
  'still active': row(start, 409, 'aborted: machine still active, refusing to start'),
  'not currently started': row(halt, 409, 'unable to stop machine, not currently started'),
  'getting replaced': row(change, 412, 'failed_precondition: machine getting replaced, refusing to start'),
  'state in between': row(change, 412, "unable to stop machine from current state: 'suspending'"),
  'state that stays': row(change, 412, "unable to start machine from current state: 'failed'"),
  'machine busy': row(change, 412, 'failed_precondition: machine is busy, try again'),
  locked: row(change, 423, 'resource is locked'),
  conflict: row(change, 409, 'aborted: the machine was changed meanwhile'),
  precondition: row(change, 412, 'failed_precondition'),
  'version changed': row(change, 412, 'failed_precondition: current_version does not match'),
  'version replaced': row(wait, 412, 'failed_precondition: machine is currently replaced'),
  'wait not in time': row(wait, 408, 'deadline_exceeded: timeout reached waiting for machine state'),
  'bad option': row(halt, 422, 'invalid signal'),
  'bad request': row(change, 400, 'invalid request'),
  'bad list': row(list, 400, 'invalid request'),
  'not suspendable': row(suspend, 400, 'machine can not be suspended'),
  'host full': row(start, 409, 'aborted: no capacity'),
  'host full by code': row(start, 503, 'try another region', { status: 'insufficient_capacity' }),
  'volume full': row(start, 412, 'no room for the volume', { status: 'volume_placement_capacity' }),
  'volume in use': row(start, 412, 'failed_precondition: volume vol_1 is already in use'),
  'over quota': row(
    start,
    403,
    'organization "my-org" is using 9 MB of memory in FRA which is over the allowed quota',
  ),
  'machine limit': row(start, 422, 'machine limit of the organization reached'),
  'not paid for': row(start, 402, 'payment required'),
  unpaid: plain(start, 402, ''),
  'machine not found': row(look, 404, 'not_found: machine not found'),
  'invalid machine id': row(ofMachine, 400, "invalid machine ID, 'd8910000000000'"),
  'could not find machine': row(change, 404, 'could not find machine'),
  gone: row(change, 410, 'gone'),
  'nothing found': row(change, 404, 'not found'),
  'app not found': row(list, 404, 'app not found'),
  'no such route': plain(api, 404, '404 page not found\n'),
  unauthorized: row(api, 401, 'unauthorized'),
  'unauthorized by 500': row(api, 500, 'unauthorized'),
  'discharge missing': row(
    change,
    401,
    'verify: invalid token: all tokens missing third-party discharge tokens; please try again',
  ),
  'action not allowed': row(change, 403, 'unauthorized for access: action not allowed'),
  forbidden: row(api, 403, 'forbidden'),
  'exec lease': row(exec, 409, 'lease currently held by proxy@fly.io, expires at 2030-01-01T00:00:00Z'),
  'no such container': row(exec, 404, 'not_found: container web not found'),
  'lease held': row(change, 409, 'lease currently held by somebody@example.com'),
  teapot: row(api, 418, 'odd'),
  moved: plain(api, 302, ''),
} as const;
