import type { Machine } from '../../machines/machine/machine.js';
import { TRANSITIONS } from '../../machines/transitions.js';
import { ChangeCalledOff } from '../engine/called-off.js';
import { type ChangeOptions, MachineChanger } from '../engine/machine-changer.js';
import type { Restorable } from '../engine/restore-record.js';
import { sendChange } from '../engine/send.js';
import { SentRequests } from '../engine/sent-requests.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { AppMachine } from '../result/app-machine.js';
import type { MachineResult } from '../result/result.js';
import type { Latch } from './latch.js';
import type { Decision } from './way-back.js';

/** Options of every change that puts a machine back: Fly's own defaults, whatever the step's inputs were. */
const OPTIONS: ChangeOptions = { wishes: {}, wait: true, onLease: 'wait', lease: undefined };

/** Machine that is to be put back, among others. */
export interface PutBack {
  readonly machine: AppMachine;
  readonly by: Restorable;
  /** Decides again; undefined: the machine is gone. */
  readonly decide: (now: Machine | undefined) => Decision;
  /** Latch that opens once each machine's first request has gone out: waiting must not keep one of them back. */
  readonly sent: Latch;
  /** Time by the clock at which the work on all began, just after all of them were listed. */
  readonly origin: number;
}

/** Puts one machine back: sends the request, waits for those of the others, and then for the machine; never throws. */
export async function putBack(
  { machine, by, decide, sent, origin }: PutBack,
  tools: WorkTools,
): Promise<MachineResult> {
  const goneOut = sent.ticket();
  const requests = new SentRequests({ sent: goneOut });
  const recheck = (now: Machine | undefined) => {
    // Ours may have brought it to fail, and nobody else did.
    if (by === 'start' && now?.state === 'failed' && requests.has(machine)) return;
    const decision = decide(now);
    if (decision.kind === 'put back' || (decision.kind === 'there' && requests.has(machine))) return;
    throw new ChangeCalledOff(decision.reason, decision.kind === 'there' ? 'unchanged' : 'skipped');
  };
  const changer = new MachineChanger(TRANSITIONS[by], { ...OPTIONS, requests, recheck }, tools);
  const change = changer.begin({ machine }, origin);
  try {
    const outcome = await sendChange(change, undefined, changer.request, tools).finally(goneOut);
    change.attempt.enter('state');
    await sent.opened;
    return changer.end(change, outcome, await changer.prove(change));
  } catch (thrown) {
    return change.attempt.fail(thrown);
  }
}
