import type { Clock } from '../clock.js';
import { ActionError, isOfClass } from '../errors.js';
import type { BeforeSend } from './api/call.js';
import type { MachinesClient } from './api/client.js';
import { Refusal } from './api/refusals.js';
import { fateOf } from './fate.js';
import { ForeignLease, isLease, LEASE_HINT } from './lease/foreign.js';
import { isGone, isUnclear } from './look.js';
import { LookBefore, type Looking, OnItsWay } from './look-before.js';

const MAX_SENDS = 3;
const FIRST_TURN_MS = 1_000;
const MAX_TURN_MS = 5_000;

/** Dependencies of a change. */
export interface ChangeTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Change to send. */
export interface ChangeWish extends Looking {
  /** Sends it; `look` must run right before each attempt. */
  readonly send: (look: BeforeSend) => Promise<void>;
  /** True to ask again while another client holds a lease. */
  readonly waitsForLease: boolean;
  /** Time in ms for which to ask again after a refusal that may or may not pass, where giving up has a price; default 0. */
  readonly patienceMs?: number;
}

/**
 * Sends a change until Fly has accepted it. Returns whether Fly has, or may have: false if it refused all our requests
 * and the machine got there all the same, which is then another client's change.
 *
 * After a refusal that passes by itself (a lease, or a state in between, by Fly's words or as read back) it asks until the
 * deadline. After an answer that leaves open whether the change happened, or one that leaves open what Fly does not know,
 * it asks three times in all. Each time it reads the machine first, and sends only if that is neither there nor on its
 * way. A machine that Fly does not know counts as gone only if a second look confirms it.
 */
export async function requestChange(
  tools: ChangeTools,
  { send, waitsForLease, patienceMs = 0, ...looking }: ChangeWish,
): Promise<boolean> {
  const { clock, signal } = tools;
  const look = new LookBefore(tools, looking);
  let unsure = 0;
  let refused: unknown;
  let unclear = 0;
  let vagueSince: number | undefined;
  for (let pause = FIRST_TURN_MS; ; pause = Math.min(2 * pause, MAX_TURN_MS)) {
    let isSent = false;
    try {
      await send(async (limited) => {
        isSent = false;
        await look.before(limited);
        isSent = true;
      });
      return true;
    } catch (error) {
      if (error instanceof OnItsWay) return look.mayBeOurs;
      if (signal.aborted) throw atTheEnd(error, refused);
      refused = error;
    }
    const passing = passes(refused) ? refused : undefined;
    if (isLease(refused) && !waitsForLease) throw refused;
    const isUnsure = passing === undefined && fateOf(refused) === 'unsure';
    const isLookedAt =
      passing === undefined &&
      (isGone(refused) || (refused instanceof Refusal && refused.class === 'wrong state'));
    if (passing === undefined && !isUnsure && !isLookedAt) throw refused;
    if (isUnsure) unsure += 1;
    if (refused instanceof Refusal && isUnclear(refused)) unclear += 1;
    look.mayBeOurs ||= isUnsure && isSent;
    try {
      if (isLookedAt || unsure === MAX_SENDS) {
        if (await look.isOn(signal)) return look.mayBeOurs;
        vagueSince ??= clock.now();
        const isVague = refused instanceof Refusal && refused.isVague;
        const isOpen =
          (isGone(refused) && unclear < MAX_SENDS) ||
          look.isInBetween ||
          (isVague && clock.now() - vagueSince < patienceMs);
        // The state is wrong for good: asking again changes nothing.
        if (!isLookedAt || !isOpen) throw refused;
        if (refused instanceof Refusal) looking.events?.refused?.(refused);
      }
      if (passing !== undefined) looking.events?.refused?.(passing);
      await clock.sleep(pause, signal);
    } catch (error) {
      throw signal.aborted ? atTheEnd(error, refused) : error;
    }
  }
}

/** Returns whether a refusal passes by itself. */
function passes(refused: unknown): refused is Refusal | ForeignLease {
  return refused instanceof ForeignLease || (refused instanceof Refusal && refused.passes);
}

/** Returns the error at the deadline: an earlier refusal by Fly says more than that time ran out. */
export function atTheEnd(error: unknown, refused: unknown): unknown {
  if (!isOfClass(error, 'timeout') || !(refused instanceof ActionError)) return error;
  const hint = isLease(refused) ? LEASE_HINT : refused.hint;
  return refused.with({ message: `${refused.message}; still so when time ran out`, hint });
}
