import * as v from '@badrap/valita';
import { READ } from '../http/retry.js';
import type { Call } from './call.js';
import { type MachineRef, machinePath } from './machine-path.js';

/** Of the answer, only the status counts. */
const Anything = v.unknown();

/** Sets one value of a machine's metadata, or removes it; to do that twice does no harm. */
export function metadataChange(machine: MachineRef, key: string, value: string | undefined): Call<unknown> {
  const path = `${machinePath(machine)}/metadata/${encodeURIComponent(key)}`;
  const what = `${value === undefined ? 'remove' : 'set'} metadata ${key} of machine ${machine.id}`;
  const call = { path, what, policy: READ, answer: Anything } as const;
  return value === undefined ? { ...call, method: 'DELETE' } : { ...call, method: 'POST', body: { value } };
}
