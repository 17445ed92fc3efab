import * as v from '@badrap/valita';
import { WAIT } from '../http/retry.js';
import { ATTEMPT_LIMIT_MS, type Call } from './call.js';
import { SETTLED } from './goal.js';
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

/** The state that was reached, where Fly tells it. */
export const WaitJson = v
  .object({ state: v.string().nullable().optional() })
  .map(({ state }) => state ?? undefined);

/** Waits at Fly; a 408 says that the time was too short. Several states are several parameters, as Fly's own client sends them. */
export function waiting(
  machine: MachineRef,
  { states, version, seconds }: WaitTarget,
): Call<string | undefined> {
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

/** The only state that a success can mean; undefined when there are several. */
export function onlyState({ states }: WaitTarget): string | undefined {
  return states.length === 1 && states[0] !== SETTLED ? states[0] : undefined;
}

/** Whether a machine in this state is where it was waited for. */
export function isAwaited({ states }: WaitTarget, state: string): boolean {
  return states.includes(state) || states.includes(SETTLED);
}
