import { joined } from '../../text.js';
import type { MachineResult } from '../result/result.js';

/** What there is to say of a machine that turned out not to be needed. */
export interface Excess {
  readonly result: MachineResult;
  /** Where it was started in vain. */
  readonly warnings: readonly string[];
}

/** How things stood then. */
export interface Standing {
  /** Whether the start was sent, and not clearly refused. */
  readonly isStarted: boolean;
  /** Whether the job's end puts back what was started. */
  readonly isPutBack: boolean;
  /** `1 is ready without it` */
  readonly without: string;
}

/**
 * Of a machine that was begun in the place of a slow one, and was on its way when enough were ready: it has done nothing
 * wrong. It is not stopped at once, since requests may come to it already.
 */
export function excess(
  { error: _, ...found }: MachineResult,
  { isStarted, isPutBack, without }: Standing,
): Excess {
  const reason = `not needed after all: ${without}`;
  if (!isStarted) return { result: { ...found, outcome: 'skipped', reason }, warnings: [] };
  const left = leftAs(isPutBack);
  const outcome = found.state === 'started' ? 'changed' : 'requested';
  return {
    result: { ...found, outcome, reason: joined(reason, left, found.reason) },
    warnings: [
      `Machine ${found.machine.id} was begun in the place of a slow one and is not needed after all; ${left}.`,
    ],
  };
}

/** Of one that failed where enough others became ready. */
export function replaced(found: MachineResult, { isStarted, isPutBack }: Standing): MachineResult {
  const isLeft = isStarted && (found.state === 'started' || found.state === 'starting');
  const reason = joined(isLeft ? leftAs(isPutBack) : '', found.reason);
  return { ...found, replaced: true, reason };
}

function leftAs(isPutBack: boolean): string {
  return isPutBack ? "the job's end puts it back" : 'it is left running';
}
