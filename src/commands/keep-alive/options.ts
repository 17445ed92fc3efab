import { joined } from '../../text.js';
import type { MachineResult } from '../result/result.js';

/** Options for the marks of a step. */
export interface KeepAliveOptions {
  /** Time for which a machine is left running, in milliseconds from the moment that it is marked. */
  readonly ms: number;
  /** Unix milliseconds by the servers' clock: other jobs go by that. */
  readonly now: () => number;
  /** Random number in [0, 1) that makes the text of each step its own, so that none takes another's for that. */
  readonly random: () => number;
}

/** Options for the mark of one machine. */
export interface MarkOptions {
  /** Signal that ends the marking; no warning is given where the step itself goes on: it doesn't need the machine then. */
  readonly signal: AbortSignal;
  /** True where the machine may be on its way only. */
  readonly isRequested?: boolean;
  /** Nonce of a lease that we hold. */
  readonly nonce?: string | undefined;
}

/** Outcome of marking one machine. */
export interface MarkOutcome {
  /** Time until which the machine is held, as it is written; absent where nothing was written. */
  readonly held?: string;
  /** Remark for the machine's result. */
  readonly reason: string;
}

/** Adds the outcome of marking a machine to its result. */
export function withMark(result: MachineResult, { held, reason }: MarkOutcome): MachineResult {
  return { ...result, ...(held !== undefined && { held }), reason: joined(result.reason, reason) };
}
