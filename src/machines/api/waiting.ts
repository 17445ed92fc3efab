import * as v from '@badrap/valita';
import { WAIT_POLICY } from '../../http/retry.js';
import { ATTEMPT_LIMIT_MS, type Call } from './call.js';
import { type MachineRef, machinePath } from './machine-path.js';

/** Target of a wait for a machine. */
export interface WaitTarget {
  /** States of which any will do; `settled` is any state in which it rests. */
  readonly states: readonly string[];
  /** Instance id of the machine, which some servers require for `stopped`. */
  readonly version: string | undefined;
  /** Longest time at Fly in seconds, from 1 to 60. */
  readonly seconds: number;
}

/** Answer to a wait. Its fields, such as the state, come from some servers only and may be out of date, so we read none. */
const WaitJson = v.object({});

/** Returns the call that waits at Fly; a 408 says that time ran out. Each state is a parameter, as in Fly's own client. */
export function waitCall(machine: MachineRef, { states, version, seconds }: WaitTarget): Call<unknown> {
  const query = new URLSearchParams();
  for (const state of states) query.append('state', state);
  query.set('timeout', String(seconds));
  if (version !== undefined) query.set('version', version);
  return {
    method: 'GET',
    path: `${machinePath(machine)}/wait`,
    query,
    answer: WaitJson,
    policy: WAIT_POLICY,
    what: `wait for machine ${machine.id} to be ${states.join(' or ')}`,
    limit: seconds * 1000 + ATTEMPT_LIMIT_MS,
  };
}
