import type { Clock } from '../clock.js';
import { ActionError, asActionError } from '../errors.js';
import { endingOfError, endingOfStatus } from '../http/retry.js';
import type { MachineRef, MachinesClient } from './client.js';
import type { Goal } from './goal.js';
import type { Machine } from './machine.js';
import { Refusal } from './refusals.js';

const MAX_SENDS = 3;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 5_000;

/** What a change is sent and looked after with. */
export interface ChangeTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A change that is to be sent. */
export interface Request {
  readonly machine: MachineRef;
  readonly goal: Goal;
  /** Told whether an earlier one may have come about, although its answer was lost. */
  readonly send: (mayBeOn: boolean) => Promise<void>;
  /** Whether to ask again while somebody else holds a lease. */
  readonly waitsForLease: boolean;
  /** Told of each refusal that will pass, before it is waited for. */
  readonly refused?: (refusal: Refusal) => void;
}

/**
 * Sends a change until Fly has taken it on. After a refusal that passes by itself (a lease, a state in between), or
 * an answer that leaves open whether it happened, the machine is read first: only when it is neither there nor on
 * its way is the change sent again, the former until the deadline, the latter three times in all.
 */
export async function requestChange(
  { client, clock, signal }: ChangeTools,
  { machine, goal, send, waitsForLease, refused: tell }: Request,
): Promise<void> {
  let unsure = 0;
  let mayBeOn = false;
  let refused: unknown;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    try {
      return await send(mayBeOn);
    } catch (error) {
      if (signal.aborted) throw atTheEnd(error, refused);
      refused = error;
    }
    const passes = refused instanceof Refusal && refused.passes;
    if (isLease(refused) && !waitsForLease) throw refused;
    if (!passes && !isOpen(refused)) throw refused;
    if (!passes) unsure += 1;
    mayBeOn ||= !passes && !isDefinite(refused);
    try {
      const now = await client.get(machine, signal);
      if (isOn(goal, now, mayBeOn)) return;
      if (unsure === MAX_SENDS || isDefinite(refused)) throw refused;
      if (refused instanceof Refusal && passes) tell?.(refused);
      await clock.sleep(pause, signal);
    } catch (error) {
      throw signal.aborted ? atTheEnd(error, refused) : error;
    }
  }
}

/** As long as all was refused, whatever counts from a request on, or shows in events alone, is somebody else's doing. */
function isOn(goal: Goal, now: Machine, mayBeOurs: boolean): boolean {
  if (!mayBeOurs && goal.rebase !== undefined) return false;
  return goal.isReached(now) || goal.isUnderway(now) || (mayBeOurs && goal.isTraced(now));
}

/** Whether somebody else's lease is the trouble. */
export function isLease(error: unknown): error is Refusal {
  return error instanceof Refusal && error.class === 'lease held';
}

/** At the deadline, why Fly refused before says more than that time ran out. */
export function atTheEnd(error: unknown, refused: unknown): unknown {
  const isLate = error instanceof ActionError && error.class === 'timeout';
  if (!isLate || !(refused instanceof ActionError)) return error;
  const { class: errorClass, message, status, requestId } = refused;
  const hint = isLease(refused)
    ? 'Give the step more time with `timeout`, or leave such machines out with `on-lease: skip`; a `concurrency` group shared with deploys prevents it.'
    : refused.hint;
  const late = `${message}; still so when time ran out`;
  return new ActionError(errorClass, late, { hint, status, requestId, cause: refused });
}

/** A state that is wrong for good: the machine may be there already, but asking again changes nothing. */
function isDefinite(error: unknown): boolean {
  return error instanceof Refusal && error.class === 'wrong state' && !error.passes;
}

/** Whether the machine may be where it should be in spite of the error. */
function isOpen(error: unknown): boolean {
  if (!(error instanceof ActionError)) return false;
  if (error.class === 'wrong state' || isTrouble(error)) return true;
  // A success whose body makes no sense says nothing of what happened.
  return error.status !== undefined && error.status < 300;
}

/** Whether Fly didn't answer, or only that it can't: what is tried again later may come right. */
export function isTrouble(error: unknown): boolean {
  const { status } = asActionError(error);
  return endingOfError(error) === 'unsure' || (status !== undefined && endingOfStatus(status) === 'unsure');
}
