import { Refusal } from '../../machines/api/refusals.js';
import type { Goal } from '../../machines/goal.js';
import { isLease, requestChange } from '../../machines/request-change.js';
import { TRANSITIONS, type Transition, type TransitionOptions } from '../../machines/transitions.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Attempt } from './attempt.js';
import { callOffIf } from './called-off.js';
import type { Before, SentRequests } from './sent-requests.js';
import type { WorkTools } from './work-tools.js';

/** For how long a refusal that may pass is asked again before the fallback, in milliseconds: to stop a machine costs its memory. */
const LONGEST_PATIENCE_MS = 60_000;

/** The fallback is no way to these. */
const SUSPENDED: ReadonlySet<string> = new Set(['suspended', 'suspending']);

/** What watches the requests of a step, a transition's fallback included. */
export interface Watch {
  /** Judges a machine whenever it was read right before a request, undefined where it is gone; throws a `LeftAlone`. */
  readonly recheck?: ((now: AppMachine | undefined, listed: AppMachine) => void) | undefined;
  /**
   * Why a machine is left alone that was read right before a request, in a state that doesn't settle the matter; undefined for
   * nothing.
   */
  readonly against?: ((now: AppMachine, listed: AppMachine) => string | undefined) | undefined;
  /** Whether even what was just listed is read again first. */
  readonly isWary?: boolean;
  /** Is told what is sent; undefined: nobody needs to know. */
  readonly requests?: SentRequests | undefined;
}

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
  readonly watch: Watch & { readonly requests: SentRequests };
}

/** What became of a change that was sent. */
export interface SendOutcome {
  /** Whether the change is, or may be, our doing; otherwise somebody else has made it meanwhile. */
  readonly isOurs: boolean;
  /** What was done instead of what was asked. */
  readonly instead?: string;
  readonly reason: string;
}

/**
 * Sends a transition until Fly has taken it on; where the machine itself is what stands against it, the transition's
 * fallback. Returns what became of it, which is nothing but what was asked mostly.
 */
export async function sendChange(attempt: Attempt, sending: Sending, tools: WorkTools): Promise<SendOutcome> {
  const { transition, wishes, goal, nonce, waitsForLease, watch } = sending;
  const { machine } = attempt;
  const { isWary = false, requests } = watch;
  attempt.enter('turn');
  const send = sender(attempt, sending, tools);
  const fallback = transition.fallback?.(wishes);
  const patienceMs = fallback === undefined ? 0 : Math.min(LONGEST_PATIENCE_MS, tools.deadline.left / 3);
  const request = (by: Transition) =>
    requestChange(
      { ...tools, signal: tools.deadline.signal },
      {
        ...{ machine, goal, waitsForLease, patienceMs: by === transition ? patienceMs : 0 },
        // Whoever held the lease before us may have changed anything.
        seenAt: nonce === undefined && !isWary ? machine.seenAt : Number.NEGATIVE_INFINITY,
        // Of what was sent before, be it by another request, only a clear refusal says that nothing comes of it.
        mayBeOurs: requests.has(machine),
        judge: (now) => judgeNow(now && { ...machine, ...now }, attempt, sending),
        based: (now) => {
          attempt.before = { ...machine, ...now };
        },
        seen: (state) => {
          attempt.state = state;
        },
        send: (before) => send(by, before),
        refused: (refusal) => {
          attempt.enter(isLease(refusal) ? 'lease' : 'state');
          sending.refused(refusal);
        },
      },
    );
  try {
    return { isOurs: await request(transition), reason: '' };
  } catch (error) {
    if (fallback === undefined || !(error instanceof Refusal && error.isAboutMachine)) throw error;
    const instead = TRANSITIONS[fallback];
    const isOurs = await request(instead);
    if (!isOurs || SUSPENDED.has(attempt.state)) return { isOurs, reason: '' };
    const reason = `could not be ${transition.past} and was ${instead.past}: ${error.message}`;
    return { isOurs: true, instead: instead.past, reason };
  }
}

/** Throws a `LeftAlone` where something speaks against a request, by how the machine was read right before it. */
function judgeNow(
  now: AppMachine | undefined,
  { machine }: Attempt,
  { transition, goal, watch: { recheck, against, requests } }: Sending,
): void {
  recheck?.(now, machine);
  if (now === undefined || goal.isReached(now) || goal.isUnderway(now)) return;
  // A restart of ours may be what it is found in the middle of.
  if (goal.isAnew === true && requests.has(machine)) return;
  callOffIf(transition.turned?.(now, machine) ?? against?.(now, machine));
}

function sender(
  attempt: Attempt,
  { nonce, wishes, watch: { requests } }: Sending,
  { client, deadline: { signal }, progress }: WorkTools,
): (by: Transition, before: Before) => Promise<void> {
  const { machine } = attempt;
  let lease = nonce;
  return async (by, look) => {
    const enter = async (limited: AbortSignal) => {
      attempt.enter('request');
      await look(limited);
      return attempt.before;
    };
    const send = () =>
      requests.watch(machine, enter, (watched) =>
        by.send(client, machine, { ...wishes, nonce: lease, ...watched }, signal),
      );
    try {
      await send();
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'lease gone') throw error;
      progress.warn(`The lease of machine ${machine.id} was lost: ${error.message}`);
      lease = undefined;
      await send();
    }
  };
}
