import * as v from '@badrap/valita';
import { READ } from '../../http/retry.js';
import type { Call } from './call.js';
import { type MachineRef, machinePath } from './machine-path.js';

/** Of the answer, only the status counts. */
const Anything = v.unknown();

/** What is to become of one value of a machine's metadata. */
export interface MetadataChange {
  readonly key: string;
  /** Undefined: it is removed. */
  readonly value: string | undefined;
  /** Of a lease that we hold. */
  readonly nonce?: string | undefined;
  /** What we have written ourselves is undone by it. */
  readonly givesBack?: true;
}

/** Sets one value of a machine's metadata, or removes it; to do that twice does no harm. */
export function metadataChange(
  machine: MachineRef,
  { key, value, nonce, givesBack }: MetadataChange,
): Call<unknown> {
  const path = `${machinePath(machine)}/metadata/${encodeURIComponent(key)}`;
  const what = `${value === undefined ? 'remove' : 'set'} metadata ${key} of machine ${machine.id}`;
  // Neither waits behind changes of machines nor, where it isn't answered, keeps them waiting.
  const call = { path, what, nonce, policy: READ, answer: Anything, isUrgent: true, givesBack } as const;
  return value === undefined ? { ...call, method: 'DELETE' } : { ...call, method: 'POST', body: { value } };
}
