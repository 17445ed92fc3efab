import type { MachineRef, MachinesClient } from './client.js';
import { isTrouble } from './fate.js';
import type { Machine } from './machine.js';
import { Refusal } from './refusals.js';

/** What a machine is in that is not there any more. */
export const GONE = 'destroyed';

/** Whether Fly doesn't know the machine any more. */
export function isGone(error: unknown): boolean {
  return error instanceof Refusal && error.kind === 'machine gone';
}

/**
 * Reads a machine that is waited for; undefined where Fly is in trouble, which whoever waits until a deadline can sit
 * out.
 */
export async function look(
  client: MachinesClient,
  machine: MachineRef,
  signal: AbortSignal,
): Promise<Machine | undefined> {
  try {
    return await client.get(machine, signal);
  } catch (error) {
    if (signal.aborted || !isTrouble(error)) throw error;
    return undefined;
  }
}
