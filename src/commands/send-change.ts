import type { Goal } from '../machines/goal.js';
import { Refusal } from '../machines/refusals.js';
import { isLease, requestChange } from '../machines/request-change.js';
import { TRANSITIONS, type Transition, type TransitionOptions } from '../machines/transitions.js';
import type { Attempt } from './attempt.js';
import type { WorkTools } from './engine.js';

/** What is sent to a machine, and under what. */
export interface Sending {
  readonly transition: Transition;
  readonly wishes: TransitionOptions;
  readonly goal: Goal;
  /** Of a lease that we hold. */
  readonly nonce: string | undefined;
  /** Whether to ask again while somebody else holds a lease. */
  readonly waitsForLease: boolean;
  /** Told of each refusal that will pass. */
  readonly refused: (refusal: Refusal) => void;
}

/** What became of a change that was sent. */
export interface Sent {
  /** What was done instead of what was asked. */
  readonly instead?: string;
  readonly reason: string;
}

/**
 * Sends a transition until Fly has taken it on; where the machine itself is what stands against it, the transition's
 * fallback. Returns what became of it, which is nothing but what was asked mostly.
 */
export async function sendChange(attempt: Attempt, sending: Sending, tools: WorkTools): Promise<Sent> {
  const { transition, wishes } = sending;
  attempt.enter('turn');
  const send = sender(attempt, sending, tools);
  const request = (by: Transition) =>
    requestChange(
      { ...tools, signal: tools.deadline.signal },
      {
        machine: attempt.machine,
        goal: sending.goal,
        waitsForLease: sending.waitsForLease,
        send: (mayBeOn) => send(by, mayBeOn),
        refused: (refusal) => {
          attempt.enter(isLease(refusal) ? 'lease' : 'state');
          sending.refused(refusal);
        },
      },
    );
  try {
    await request(transition);
    return { reason: '' };
  } catch (error) {
    const fallback = transition.fallback?.(wishes);
    if (fallback === undefined || !(error instanceof Refusal && error.isAboutMachine)) throw error;
    const instead = TRANSITIONS[fallback];
    await request(instead);
    const reason = `could not be ${transition.past} and was ${instead.past}: ${error.message}`;
    return { instead: instead.past, reason };
  }
}

/** Just before it was sent again, an earlier request turned out to have been taken on after all. */
class TakenOn extends Error {}

function sender(
  attempt: Attempt,
  { goal, nonce, wishes }: Sending,
  { client, deadline, progress }: WorkTools,
): (by: Transition, mayBeOn: boolean) => Promise<void> {
  const { machine } = attempt;
  const { signal } = deadline;
  let lease = nonce;
  let isBased = false;
  return async (by, mayBeOn) => {
    const before = async (limited: AbortSignal) => {
      attempt.enter('request');
      if (goal.rebase === undefined) return;
      const now = await client.get(machine, limited);
      if (!mayBeOn || !isBased) goal.rebase(now);
      else if (goal.isTraced(now)) throw new TakenOn();
      isBased = true;
    };
    try {
      await by.send(client, machine, { ...wishes, nonce: lease, before }, signal);
    } catch (error) {
      if (error instanceof TakenOn) return;
      if (!(error instanceof Refusal) || error.kind !== 'lease gone') throw error;
      progress.warn(`The lease of machine ${machine.id} was lost: ${error.message}`);
      lease = undefined;
      await by.send(client, machine, { ...wishes, before }, signal);
    }
  };
}
