import type { Machine } from '../../machines/machine/machine.js';
import { TRANSITIONS } from '../../machines/transitions.js';
import { type ChangeOptions, MachineChanger } from '../engine/change-machine.js';
import { LeftAlone } from '../engine/left-alone.js';
import type { Restorable } from '../engine/restore-record.js';
import { Touched } from '../engine/touched.js';
import type { AppMachine } from '../result/app-machine.js';
import type { MachineResult } from '../result/result.js';
import { ENDING, type Judgement } from './judge.js';
import type { Latch } from './latch.js';
import type { RestoreTools } from './restore-tools.js';

/** Own wishes have no place here: a machine is put back as Fly does it by itself. */
const OPTIONS: ChangeOptions = { wishes: {}, wait: true, onLease: 'wait', lease: undefined };

/** A machine that is to be put back, among others. */
export interface PutBack {
  readonly machine: AppMachine;
  readonly by: Restorable;
  /** Judges it once more; undefined: it is gone. */
  readonly judge: (now: Machine | undefined) => Judgement;
  /** Opens once each machine's first request has gone out: waiting must not keep one of them back. */
  readonly sent: Latch;
  /** When the work on all began, by the clock: just after all of them were listed. */
  readonly origin: number;
}

/** Puts one machine back: sends the request, waits for those of the others, and then for the machine; never throws. */
export async function putBack(
  { machine, by, judge, sent, origin }: PutBack,
  tools: RestoreTools,
): Promise<MachineResult> {
  const goneOut = sent.ticket();
  const touched = new Touched({ sent: goneOut });
  const judgeAgain = (now: Machine | undefined) => {
    // Once ours has gone out, what it came to is looked at elsewhere.
    if (touched.has(machine) && !ENDING.has(by)) return;
    const judgement = judge(now);
    if (judgement.kind === 'put back' || (judgement.kind === 'there' && touched.has(machine))) return;
    throw new LeftAlone(judgement.reason, judgement.kind === 'there' ? 'unchanged' : 'skipped');
  };
  const changer = new MachineChanger(TRANSITIONS[by], { ...OPTIONS, touched, judge: judgeAgain }, tools);
  const one = changer.begin(machine, origin);
  try {
    const answer = await changer.send(one).finally(goneOut);
    one.attempt.enter('state');
    await sent.opened;
    return changer.end(one, answer, await changer.prove(one));
  } catch (thrown) {
    if (thrown instanceof LeftAlone) return one.attempt.end(thrown.outcome, { reason: thrown.message });
    return one.attempt.fail(thrown);
  }
}
