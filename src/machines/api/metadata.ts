import * as v from '@badrap/valita';
import { READ_POLICY } from '../../http/retry.js';
import type { Call } from './call.js';
import { type MachineRef, machinePath } from './machine-path.js';

/** Answer: only its status counts. */
const MetadataJson = v.unknown();

/** Change of one value of a machine's metadata. */
export interface MetadataChange {
  readonly key: string;
  /** New value; undefined removes it. */
  readonly value: string | undefined;
  /** Nonce of a lease that we hold. */
  readonly nonce?: string | undefined;
  /** True if it undoes what we wrote ourselves. */
  readonly givesBack?: true;
}

/** Returns the call that sets or removes one value of a machine's metadata. Repeating it does no harm. */
export function metadataCall(
  machine: MachineRef,
  { key, value, nonce, givesBack }: MetadataChange,
): Call<unknown> {
  const path = `${machinePath(machine)}/metadata/${encodeURIComponent(key)}`;
  const what = `${value === undefined ? 'remove' : 'set'} metadata ${key} of machine ${machine.id}`;
  // Does not wait behind changes of machines, nor, without an answer, keep them waiting.
  const call = {
    path,
    what,
    nonce,
    policy: READ_POLICY,
    answer: MetadataJson,
    isUrgent: true,
    givesBack,
  } as const;
  return value === undefined ? { ...call, method: 'DELETE' } : { ...call, method: 'POST', body: { value } };
}
