import { joined } from '../../text.js';
import { type FailedResult, factsIn, type MachineResult } from '../result/result.js';

/** Result of a machine that turned out not to be needed. */
export interface Excess {
  readonly result: MachineResult;
  /** Warning about a machine that was started in vain. */
  readonly warnings: readonly string[];
}

/** Circumstances under which a machine turned out not to be needed. */
export interface Standing {
  /** True where the start was sent, and not clearly refused. */
  readonly isStarted: boolean;
  /** True where the job's end puts back what was started. */
  readonly isPutBack: boolean;
  /** Words for the others: `1 is ready without it`. */
  readonly without: string;
}

/**
 * Returns the result of a machine that was begun in place of a slow one and was still starting when enough were ready:
 * that is no failure. We don't stop it at once, since requests may already reach it.
 */
export function excess(failed: FailedResult, { isStarted, isPutBack, without }: Standing): Excess {
  const found = factsIn(failed);
  const reason = `not needed after all: ${without}`;
  if (!isStarted) return { result: { ...found, outcome: 'skipped', reason }, warnings: [] };
  const left = leftAs(isPutBack);
  const outcome = found.state === 'started' ? 'changed' : 'requested';
  return {
    result: { ...found, outcome, reason: joined(reason, left, found.reason) },
    warnings: [
      `Machine ${found.machine.id} was begun beside a slow one and is not needed after all; ${left}.`,
    ],
  };
}

/** Returns the result of a machine that failed although enough others became ready. */
export function replaced(failed: FailedResult, { isStarted, isPutBack }: Standing): MachineResult {
  const isLeft = isStarted && (failed.state === 'started' || failed.state === 'starting');
  const reason = joined(isLeft ? leftAs(isPutBack) : '', failed.reason);
  return { ...failed, replaced: true, reason };
}

function leftAs(isPutBack: boolean): string {
  return isPutBack ? "the job's end puts it back" : 'it is left running';
}
