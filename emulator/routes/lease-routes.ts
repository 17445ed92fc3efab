import { type Answer, json, refusal } from '../http.js';
import {
  endLease,
  grantLease,
  heldAnswer,
  leaseJson,
  leaseOf,
  NONCE_HEADER,
  noLeaseAnswer,
} from '../machines/lease.js';
import type { Settings } from '../settings.js';
import type { MachineContext, MachineRoute } from './route.js';

const PATH = '/v1/apps/:app/machines/:machine/lease';
const DEFAULT_TTL_S = 120;
const action = ({ leaseAction }: Settings) => leaseAction;

/** Routes that show a lease (to anyone who may read, nonce included), acquire or refresh it, and release it. */
export const LEASE_ROUTES: readonly MachineRoute[] = [
  { scope: 'machine', method: 'GET', path: PATH, action: 'r', handle: show },
  { scope: 'machine', method: 'POST', path: PATH, action, handle: acquire },
  { scope: 'machine', method: 'DELETE', path: PATH, action, handle: release },
];

function show({ world, machine }: MachineContext): Answer {
  const lease = leaseOf(world, machine);
  return lease === undefined ? noLeaseAnswer(machine) : json(200, leaseJson(world, lease));
}

function acquire(context: MachineContext): Answer {
  const { world, machine, headers, caller, cause } = context;
  const wish = wishOf(context);
  if ('body' in wish) return wish;
  const held = leaseOf(world, machine);
  const nonce = headers[NONCE_HEADER];
  if (held !== undefined && held.nonce !== nonce) return heldAnswer(world, machine, held);
  if (held === undefined && nonce !== undefined && world.settings.unheldNonce === 'refused')
    return noLeaseAnswer(machine);
  const { ttl: ttlS, description } = wish;
  const terms = { owner: `${caller}@tokens.fly.io`, ttlS, description };
  return json(201, leaseJson(world, grantLease(world, machine, terms, cause)));
}

/**
 * Reads seconds and description from the body, as documented, or from `?ttl=`, as Fly's own client sends it.
 */
function wishOf({ body, query }: MachineContext): { ttl: number; description?: string } | Answer {
  let given: unknown = {};
  try {
    if (body !== '') given = JSON.parse(body);
  } catch {
    return refusal(400, 'invalid JSON in the body');
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return refusal(400, 'json: cannot unmarshal into Go value of type main.createLeaseRequest');
  }
  const fields: Readonly<Record<string, unknown>> = { ...given };
  const ttl = fields['ttl'] ?? (query.has('ttl') ? Number(query.get('ttl')) : DEFAULT_TTL_S);
  if (typeof ttl !== 'number' || !Number.isInteger(ttl) || ttl < 1)
    return refusal(400, 'ttl must be a positive integer');
  const { description } = { description: fields['description'] };
  return typeof description === 'string' ? { ttl, description } : { ttl };
}

function release({ world, machine, headers, cause }: MachineContext): Answer {
  const nonce = headers[NONCE_HEADER];
  if (nonce === undefined || nonce === '') return refusal(400, `${NONCE_HEADER} header is required`);
  const held = leaseOf(world, machine);
  if (held === undefined) return noLeaseAnswer(machine);
  if (held.nonce !== nonce) return heldAnswer(world, machine, held);
  endLease(world, machine, held, cause);
  const done = { ok: true };
  return json(200, world.settings.leaseReply === 'bare' ? done : { status: 'success', data: done });
}
