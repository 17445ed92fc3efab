import type { Machine } from '../../machines/machine/machine.js';
import { TRANSITIONS } from '../../machines/transitions.js';
import { ChangeCalledOff } from '../engine/called-off.js';
import { type ChangeOptions, MachineChanger } from '../engine/machine-changer.js';
import type { Restorable } from '../engine/restore-record.js';
import { SentRequests } from '../engine/sent-requests.js';
import type { AppMachine } from '../result/app-machine.js';
import type { MachineResult } from '../result/result.js';
import type { Latch } from './latch.js';
import type { RestoreTools } from './restore-tools.js';
import { type Decision, ENDING } from './way-back.js';

/** Own wishes have no place here: a machine is put back as Fly does it by itself. */
const OPTIONS: ChangeOptions = { wishes: {}, wait: true, onLease: 'wait', lease: undefined };

/** A machine that is to be put back, among others. */
export interface PutBack {
  readonly machine: AppMachine;
  readonly by: Restorable;
  /** Judges it once more; undefined: it is gone. */
  readonly decide: (now: Machine | undefined) => Decision;
  /** Opens once each machine's first request has gone out: waiting must not keep one of them back. */
  readonly sent: Latch;
  /** When the work on all began, by the clock: just after all of them were listed. */
  readonly origin: number;
}

/** Puts one machine back: sends the request, waits for those of the others, and then for the machine; never throws. */
export async function putBack(
  { machine, by, decide, sent, origin }: PutBack,
  tools: RestoreTools,
): Promise<MachineResult> {
  const goneOut = sent.ticket();
  const requests = new SentRequests({ sent: goneOut });
  const recheck = (now: Machine | undefined) => {
    // Once ours has gone out, what it came to is looked at elsewhere.
    if (requests.has(machine) && !ENDING.has(by)) return;
    const decision = decide(now);
    if (decision.kind === 'put back' || (decision.kind === 'there' && requests.has(machine))) return;
    throw new ChangeCalledOff(decision.reason, decision.kind === 'there' ? 'unchanged' : 'skipped');
  };
  const changer = new MachineChanger(TRANSITIONS[by], { ...OPTIONS, requests, recheck }, tools);
  const one = changer.begin(machine, origin);
  try {
    const answer = await changer.send(one).finally(goneOut);
    one.attempt.enter('state');
    await sent.opened;
    return changer.end(one, answer, await changer.prove(one));
  } catch (thrown) {
    if (thrown instanceof ChangeCalledOff) return one.attempt.end(thrown.outcome, { reason: thrown.message });
    return one.attempt.fail(thrown);
  }
}
