import { isGone } from '../machines/look.js';
import { FRESH_MS } from '../machines/look-before.js';
import type { Machine } from '../machines/machine.js';
import { TRANSITIONS, type Transition } from '../machines/transitions.js';
import { type ChangeOptions, MachineChanger } from './change-machine.js';
import { ENDING, type Judgement } from './judge.js';
import type { Latch } from './latch.js';
import { LeftAlone } from './left-alone.js';
import type { RestoreTools } from './restore.js';
import type { Restorable } from './restore-record.js';
import type { MachineResult, Outcome } from './result.js';
import type { AppMachine } from './selection.js';

/** Own wishes have no place here: a machine is put back as Fly does it by itself. */
const OPTIONS: ChangeOptions = { wishes: {}, wait: true, onLease: 'wait', lease: undefined };

/** A machine that is to be put back, among others. */
export interface PutBack {
  readonly machine: AppMachine;
  readonly by: Restorable;
  /** Judges it once more; undefined: it is gone. */
  readonly judge: (now: Machine | undefined) => Judgement;
  /** When it was listed, by the clock. */
  readonly seenAt: number;
  /** Opens once each machine's first request has gone out: waiting must not keep one of them back. */
  readonly sent: Latch;
  /** When the work on all began, by the clock: just after all of them were listed. */
  readonly origin: number;
}

/** Puts one machine back: sends the request, waits for those of the others, and then for the machine; never throws. */
export async function putBack(
  { machine, by, judge, seenAt, sent, origin }: PutBack,
  tools: RestoreTools,
): Promise<MachineResult> {
  const { client, clock } = tools;
  const transition: Transition = TRANSITIONS[by];
  const goneOut = sent.ticket();
  let isSent = false;
  let outcome: Outcome = 'skipped';
  /** What was listed doesn't hold for long. Once ours has gone out, what it came to is looked at elsewhere. */
  const lookAgain = async (signal: AbortSignal) => {
    if (clock.now() - seenAt <= FRESH_MS || (isSent && !ENDING.has(by))) return;
    const now = await client.get(machine, signal).catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
    const judgement = judge(now);
    if (judgement.kind === 'put back' || (judgement.kind === 'there' && isSent)) return;
    one.attempt.state = now?.state ?? one.attempt.state;
    if (judgement.kind === 'there') outcome = 'unchanged';
    throw new LeftAlone(judgement.reason);
  };
  const watched: Transition = {
    ...transition,
    send: (api, it, options, signal) => {
      const before = async (limited: AbortSignal) => {
        await lookAgain(limited);
        await options.before?.(limited);
        isSent = true;
        goneOut();
      };
      return transition.send(api, it, { ...options, before }, signal);
    },
  };
  const changer = new MachineChanger(watched, OPTIONS, tools);
  const one = changer.begin(machine, origin);
  try {
    const answer = await changer.send(one).finally(goneOut);
    one.attempt.enter('state');
    await sent.opened;
    return changer.end(one, answer, await changer.prove(one));
  } catch (thrown) {
    if (thrown instanceof LeftAlone) return one.attempt.end(outcome, { reason: thrown.message });
    return one.attempt.fail(thrown);
  }
}
