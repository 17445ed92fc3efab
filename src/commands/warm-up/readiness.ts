import { ActionError } from '../../errors.js';
import { waitForChecks } from '../../machines/checks.js';
import type { Machine } from '../../machines/machine/machine.js';
import { waitUntilSettled } from '../../machines/settle.js';
import { joined } from '../../text.js';
import { attempted } from '../engine/attempt.js';
import { silence } from '../engine/prove.js';
import type { Pause } from '../engine/settling.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { MachineResult } from '../result/result.js';

/** Proof that is wanted of a machine that is up. */
export interface ReadinessWish {
  /** Machine as it was read when it was up. */
  readonly now: Machine;
  /** True where its health checks are waited for. */
  readonly isChecked: boolean;
  /** Returns how long it must stay up after that; `isProven` is true where its checks have passed. */
  readonly pause: (isProven: boolean) => Pause;
  /** Time by the clock at which the work on all began. */
  readonly origin: number;
}

/** Readiness of a machine. */
export interface Readiness {
  /** Result with the spans of the proof alone; failed where the machine isn't ready. */
  readonly result: MachineResult;
  /** Time by the clock at which it was ready, as far as it stayed so. */
  readonly at: number;
}

/** Returns the error of a machine that is up no more: it is not ready, however well that went. */
export function notReady(id: string, what: string): ActionError {
  const hint =
    "A machine that runs once and ends can't be kept warm: leave it out with `exclude` or a filter.";
  return new ActionError('wrong state', `machine ${id} ${what}`, { hint });
}

/** Waits for the checks of a machine that is up, and until it has settled, as far as that is wanted; never throws. */
export async function proveReady(
  { machine, state }: MachineResult,
  { now, isChecked, pause, origin }: ReadinessWish,
  tools: WorkTools,
): Promise<Readiness> {
  const { clock, deadline, progress } = tools;
  let at = clock.now();
  const result = await attempted({ machine, clock, origin }, async (attempt) => {
    attempt.state = state;
    const seen = (read: Machine) => {
      attempt.state = read.state;
    };
    let areAll = false;
    if (isChecked) {
      attempt.enter('checks');
      areAll = await waitForChecks(tools, { machine, deadline, seen });
      at = clock.now();
    }
    const silent = isChecked && !areAll ? silence(machine, progress) : '';
    const { ms, isFirm } = pause(areAll);
    if (ms === 0) return attempt.end({ outcome: 'unchanged', reason: silent });
    attempt.enter('settle');
    const told = await waitUntilSettled(tools, { machine, up: now, ms, isFirm, deadline, seen });
    if (attempt.state !== 'started') throw notReady(machine.id, told);
    return attempt.end({ outcome: 'unchanged', reason: joined(silent, told) });
  });
  return { result, at };
}
