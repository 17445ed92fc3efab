import * as v from '@badrap/valita';
import { READ_POLICY } from '../../http/retry.js';
import type { Call } from './call.js';
import type { SendOptions } from './changes.js';
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
  /**
   * Present where the write is itself the change that a command makes: it takes a place among the changes in flight, and
   * is sent again only where it surely did nothing.
   */
  readonly asChange?: Pick<SendOptions, 'before' | 'undone'>;
}

/** Manner of a write beside a change: it does not wait behind changes of machines, nor, without an answer, keep them waiting. */
const ASIDE = { policy: READ_POLICY, isUrgent: true } as const;

/** Returns the call that sets or removes one value of a machine's metadata. Repeating it does no harm. */
export function metadataCall(
  machine: MachineRef,
  { key, value, nonce, givesBack, asChange }: MetadataChange,
): Call<unknown> {
  const all = `${machinePath(machine)}/metadata`;
  const method = value === undefined ? 'DELETE' : 'POST';
  const what = `${value === undefined ? 'remove' : 'set'} metadata ${key} of machine ${machine.id}`;
  return {
    method,
    path: `${all}/${encodeURIComponent(key)}`,
    // Fly counts what is done to a machine, whichever its keys.
    bucket: `${method} ${all}`,
    what,
    nonce,
    answer: MetadataJson,
    givesBack,
    ...(asChange ?? ASIDE),
    ...(value !== undefined && { body: { value } }),
  };
}
