import type { MachineRef, MachinesClient } from './client.js';
import type { Machine } from './machine.js';
import { isTrouble } from './request-change.js';

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
