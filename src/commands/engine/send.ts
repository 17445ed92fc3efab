import type { BeforeSend } from '../../machines/api/call.js';
import { Refusal } from '../../machines/api/refusals.js';
import { hasDoneNothing } from '../../machines/fate.js';
import { ForeignLease, isLease } from '../../machines/lease/foreign.js';
import type { ChangeEvents } from '../../machines/look-before.js';
import { type ChangeWish, requestChange } from '../../machines/request-change.js';
import { TRANSITIONS, type Transition } from '../../machines/transitions.js';
import { besideName } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Attempt } from './attempt.js';
import { callOffIf } from './called-off.js';
import type { ChangeRequest, OngoingChange } from './change-request.js';
import type { Leasing } from './leasing.js';
import type { WorkTools } from './work-tools.js';

/** Longest time for which a refusal that may pass is asked again before the fallback, in milliseconds: a stop costs the machine its memory. */
const LONGEST_PATIENCE_MS = 60_000;

/** States to which the fallback does not lead. */
const SUSPENSION: ReadonlySet<string> = new Set(['suspended', 'suspending']);

/** Outcome of a change that was sent. */
export interface SendOutcome {
  /** True where the change is, or may be, ours; otherwise another client has made it meanwhile. */
  readonly isOurs: boolean;
  /** Change that was made instead of the one that was asked for. */
  readonly instead?: string;
  readonly reason: string;
}

/**
 * Sends a transition until Fly has taken it on, or, where the machine itself rules it out, the transition's fallback.
 * Returns what happened, usually exactly what was asked. Throws where neither comes about, and a `ChangeCalledOff` where
 * something has come to speak against it.
 */
export async function sendChange(
  change: OngoingChange,
  nonce: string | undefined,
  asked: ChangeRequest,
  tools: WorkTools,
): Promise<SendOutcome> {
  const { attempt, deadline } = change;
  const { transition, wishes } = asked;
  const fallback = transition.fallback?.(wishes);
  const patienceMs = fallback === undefined ? 0 : Math.min(LONGEST_PATIENCE_MS, deadline.left / 3);
  const wishOf = sendsOf(change, nonce, asked, tools);
  const changing = { ...tools, signal: deadline.signal };
  attempt.enter('turn');
  try {
    const isOurs = await requestChange(changing, { ...wishOf(transition), patienceMs });
    return sentAs(change, asked, { isOurs, reason: '' });
  } catch (error) {
    if (fallback === undefined || !(error instanceof Refusal && error.isAboutMachine)) throw error;
    const instead = TRANSITIONS[fallback];
    const isOurs = await requestChange(changing, wishOf(instead));
    if (!isOurs || SUSPENSION.has(attempt.state)) return sentAs(change, asked, { isOurs, reason: '' });
    const reason = `could not be ${transition.past} and was ${instead.past}: ${error.message}`;
    return sentAs(change, asked, { isOurs, instead: instead.past, reason });
  }
}

/** Notes in the attempt that the change was sent, if it is ours. */
function sentAs(
  { attempt }: OngoingChange,
  { transition }: ChangeRequest,
  outcome: SendOutcome,
): SendOutcome {
  if (outcome.isOurs) attempt.sent = `the ${transition.verb} was sent`;
  return outcome;
}

/** Returns, for a transition or its fallback, what is sent, and on what conditions. */
function sendsOf(
  change: OngoingChange,
  nonce: string | undefined,
  asked: ChangeRequest,
  { client, clock, now: serverTime, halt, progress }: WorkTools,
): (by: Transition) => ChangeWish {
  const {
    attempt,
    goal,
    deadline: { signal },
  } = change;
  const { machine } = attempt;
  const { wishes, leasing, requests, marker, isWary = false } = asked;
  let lease = nonce;
  const sendOnce = (by: Transition, look: BeforeSend) => {
    const { mark, unmark } = requests.begin(machine);
    const go = async () => {
      // What is under way is brought to its end.
      if (!requests.has(machine)) await halt?.check(signal);
    };
    const note = (limited: AbortSignal) =>
      marker?.write({ ...machine, ...attempt.before }, { nonce: lease, signal: limited });
    const before = [unmark, () => attempt.enter('request'), look, go, note, () => mark(attempt.before)];
    const call = by.call(machine, { ...wishes, nonce: lease, before, undone: unmark });
    return client.change(call, signal).catch((error: unknown) => {
      if (hasDoneNothing(error)) unmark();
      throw error;
    });
  };
  return (by) => ({
    machine,
    goal,
    waitsForLease: leasing.waits,
    // The client that held the lease before us may have changed anything.
    seenAt: nonce === undefined && !isWary ? machine.seenAt : undefined,
    // Only a clear refusal says that nothing comes of what was sent before, be it by another request.
    mayBeOurs: requests.has(machine),
    leases: marker !== undefined,
    recheck: (now) => {
      const read = now && { ...machine, ...now };
      recheckNow(read, change, asked);
      // Fly may take metadata although another client holds a lease, and refuse the change.
      const { until = 0 } = read?.holder ?? {};
      if (
        marker !== undefined &&
        lease === undefined &&
        read?.holder &&
        until > (serverTime?.() ?? clock.now())
      )
        throw new ForeignLease(read.holder);
    },
    events: eventsOf(attempt, leasing),
    send: async (look) => {
      try {
        await sendOnce(by, look);
      } catch (error) {
        if (!(error instanceof Refusal) || error.kind !== 'lease gone') throw error;
        progress.warn(
          `The lease of machine ${machine.id} was lost: ${besideName(error.message, machine.id)}`,
        );
        lease = undefined;
        await sendOnce(by, look);
      }
    },
  });
}

/** Returns the listener that keeps an attempt up to date while its change is sent. */
function eventsOf(attempt: Attempt, leasing: Leasing): ChangeEvents {
  const tellHolder = leasing.teller(attempt);
  return {
    based: (now) => {
      attempt.before = { ...attempt.machine, ...now };
    },
    seen: (state) => {
      attempt.state = state;
    },
    refused: (refusal) => {
      attempt.enter(isLease(refusal) ? 'lease' : 'state');
      tellHolder(refusal);
    },
  };
}

/** Throws a `ChangeCalledOff` where something speaks against a request, by how the machine was read right before it. */
function recheckNow(
  now: AppMachine | undefined,
  { attempt: { machine }, goal, against }: OngoingChange,
  { transition, recheck, requests }: ChangeRequest,
): void {
  recheck?.(now, machine);
  if (now === undefined) return;
  // What leads there needs no request; a restart of ours may be what the machine is found in the middle of, one of others not.
  const isOn = goal.isAnew === true ? requests.has(machine) : goal.isReached(now) || goal.isUnderway(now);
  if (isOn) return;
  callOffIf(transition.turned?.(now, machine) ?? against?.(now));
}
