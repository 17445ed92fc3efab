import type { World } from '../world.js';
import type { Machine } from './machine.js';

/** Waits until the machine changes, for at most `ms` milliseconds. Rejects when the caller has gone. */
export async function pause(world: World, machine: Machine, ms: number, signal: AbortSignal): Promise<void> {
  const change = new AbortController();
  const watcher = () => change.abort();
  machine.watchers.add(watcher);
  try {
    await world.clock.sleep(ms, AbortSignal.any([signal, change.signal]));
  } catch (error) {
    if (signal.aborted || !change.signal.aborted) throw error;
  } finally {
    machine.watchers.delete(watcher);
  }
}
