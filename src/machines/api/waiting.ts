import * as v from '@badrap/valita';
import { WAIT } from '../../http/retry.js';
import { ATTEMPT_LIMIT_MS, type Call } from './call.js';
import { type MachineRef, machinePath } from './machine-path.js';

/** What a machine is waited for. */
export interface WaitTarget {
  /** Any of them will do; `settled` is whatever state it comes to rest in. */
  readonly states: readonly string[];
  /** The machine's instance id, which some servers require for `stopped`. */
  readonly version: string | undefined;
  /** From 1 to 60. */
  readonly seconds: number;
}

/** What else it tells, such as the state, is told by some servers only, and may not hold any more. */
const WaitJson = v.object({});

/** Waits at Fly; a 408 says that the time was too short. Several states are several parameters, as Fly's own client sends them. */
export function waiting(machine: MachineRef, { states, version, seconds }: WaitTarget): Call<unknown> {
  const query = new URLSearchParams();
  for (const state of states) query.append('state', state);
  query.set('timeout', String(seconds));
  if (version !== undefined) query.set('version', version);
  return {
    ...{ method: 'GET', path: `${machinePath(machine)}/wait`, query, answer: WaitJson, policy: WAIT },
    what: `wait for machine ${machine.id} to be ${states.join(' or ')}`,
    limit: seconds * 1000 + ATTEMPT_LIMIT_MS,
  };
}
