import type { MachineRef } from './api/machine-path.js';
import { Gone, isGone, type LookTools, readOrGone } from './look.js';

const MOST_TRIES = 3;
/** Pause between two tries, in milliseconds. */
const TRY_AGAIN_MS = 1_000;

/** Value of a machine's metadata that we have written, and what it gives way to. */
export interface Replacement {
  readonly key: string;
  readonly ours: string;
  /** Returns the value that takes its place; undefined: none. */
  readonly value: () => string | undefined;
  /** Nonce of a lease that we hold. */
  readonly nonce?: string | undefined;
}

/** Takes back what we wrote ourselves, unless another client has written over it. The value is gone with its machine. */
export async function replaceMetadata(
  machine: MachineRef,
  { key, ours, value, nonce }: Replacement,
  { signal, ...tools }: LookTools & { readonly signal: AbortSignal },
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const read = await readOrGone(tools, machine, signal);
    if (read instanceof Gone || read.metadata[key] !== ours) return;
    try {
      await tools.client.setMetadata(machine, { key, value: value(), nonce, givesBack: true }, signal);
      return;
    } catch (error) {
      // The machine has gone since, or isn't known for a moment: reading it tells.
      if (!isGone(error) || tries === MOST_TRIES) throw error;
      await tools.clock.sleep(TRY_AGAIN_MS, signal);
    }
  }
}
