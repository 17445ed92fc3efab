import { FRESH_MS } from '../machines/look-before.js';
import { TRANSITIONS, type Transition } from '../machines/transitions.js';
import { type ChangeOptions, MachineChanger } from './change-machine.js';
import { heldByOther } from './hold.js';
import { ENDING } from './judge.js';
import type { Latch } from './latch.js';
import { LeftAlone } from './left-alone.js';
import type { RestoreTools } from './restore.js';
import type { Restorable } from './restore-record.js';
import type { MachineResult } from './result.js';
import type { AppMachine } from './selection.js';

/** Own wishes have no place here: a machine is put back as Fly does it by itself. */
const OPTIONS: ChangeOptions = { wishes: {}, wait: true, onLease: 'wait', lease: undefined };

/** A machine that is to be put back, among others. */
export interface PutBack {
  readonly machine: AppMachine;
  readonly by: Restorable;
  /** What the step itself has written to have it left running. */
  readonly held: string | undefined;
  /** Opens once each machine's first request has gone out: waiting must not keep one of them back. */
  readonly sent: Latch;
  /** When the work on all began, by the clock: just after they were listed. */
  readonly origin: number;
}

/** Puts one machine back: sends the request, waits for those of the others, and then for the machine; never throws. */
export async function putBack(
  { machine, by, held, sent, origin }: PutBack,
  tools: RestoreTools,
): Promise<MachineResult> {
  const transition: Transition = TRANSITIONS[by];
  const goneOut = sent.ticket();
  const watched: Transition = {
    ...transition,
    send: (client, one, options, signal) => {
      const before = async (limited: AbortSignal) => {
        if (ENDING.has(by) && tools.clock.now() - origin > FRESH_MS) {
          const reason = heldByOther(await client.get(machine, limited), tools.now(), held);
          if (reason !== undefined) throw new LeftAlone(reason);
        }
        await options.before?.(limited);
        goneOut();
      };
      return transition.send(client, one, { ...options, before }, signal);
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
    if (thrown instanceof LeftAlone) return one.attempt.end('skipped', { reason: thrown.message });
    return one.attempt.fail(thrown);
  }
}
