import { joined } from '../../text.js';
import type { MachineResult } from '../result/result.js';

/** Options for the holds of a step. */
export interface KeepAliveOptions {
  /** Time for which a machine is left running, in milliseconds from the moment that it is held. */
  readonly ms: number;
  /** Unix milliseconds by the servers' clock: other jobs go by that. */
  readonly now: () => number;
  /** Random number in [0, 1) that makes the text of each step its own, so that none takes another's for that. */
  readonly random: () => number;
}

/** Options for the hold of one machine. */
export interface HoldOptions {
  /** Signal that ends the holding; no warning is given where the step itself goes on: it doesn't need the machine then. */
  readonly signal: AbortSignal;
  /** True where the machine may be on its way only. */
  readonly isRequested?: boolean;
  /** Nonce of a lease that we hold. */
  readonly nonce?: string | undefined;
}

/** Outcome of holding one machine. */
export interface HoldOutcome {
  /** Time until which the machine is held, as it is written; absent where nothing was written. */
  readonly held?: string;
  /** Remark for the machine's result. */
  readonly reason: string;
}

/** Adds the outcome of holding a machine to its result. */
export function withHold(result: MachineResult, { held, reason }: HoldOutcome): MachineResult {
  return { ...result, ...(held !== undefined && { held }), reason: joined(result.reason, reason) };
}
