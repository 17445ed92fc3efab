import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import { endingOfError, endingOfStatus } from '../http/retry.js';
import type { MachineRef, MachinesClient } from './client.js';
import type { Machine } from './machine.js';
import { Refusal } from './refusals.js';
import type { Transition } from './transitions.js';

const MAX_SENDS = 3;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 5_000;

export interface ChangeTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Sends a change until Fly has taken it on. What passes by itself (a lease, a state in between) is asked again
 * until the deadline. After an answer that leaves open whether it happened, or that says the state is wrong,
 * the machine is read first: only when it is neither there nor on its way is the change sent again.
 */
export async function requestChange(
  { client, clock, signal }: ChangeTools,
  { machine, transition, send }: { machine: MachineRef; transition: Transition; send: () => Promise<void> },
): Promise<void> {
  let sends = 0;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    let refused: unknown;
    try {
      return await send();
    } catch (error) {
      signal.throwIfAborted();
      refused = error;
    }
    const passes = refused instanceof Refusal && refused.passes;
    if (!passes) {
      if (!isOpen(refused)) throw refused;
      sends += 1;
      if (isOnItsWay(await client.get(machine, signal), transition)) return;
      if (sends === MAX_SENDS) throw refused;
    }
    await pauseOr(refused, () => clock.sleep(pause, signal));
  }
}

/** At the deadline, why Fly refused says more than that time ran out. */
async function pauseOr(refused: unknown, pause: () => Promise<void>): Promise<void> {
  try {
    await pause();
  } catch (error) {
    throw error instanceof ActionError && error.class === 'timeout' ? refused : error;
  }
}

/** Whether the machine may be where it should be in spite of the error. */
function isOpen(error: unknown): boolean {
  if (!(error instanceof ActionError)) return false;
  if (error.class === 'wrong state') return true;
  return (
    endingOfError(error) === 'unsure' ||
    (error.status !== undefined && endingOfStatus(error.status) === 'unsure')
  );
}

function isOnItsWay({ state }: Machine, { target, underway }: Transition): boolean {
  return state === target || underway.includes(state);
}
