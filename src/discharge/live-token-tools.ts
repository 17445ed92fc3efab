import type { Clock } from '../clock.js';
import type { Discharge } from './discharges.js';
import type { ExchangeTools } from './exchanges.js';

/** Dependencies of `LiveToken`; all effects come from here. */
export interface LiveTokenTools extends ExchangeTools {
  readonly clock: Clock;
  /** True for a step at the job's end, after which nothing repairs what it could not do. */
  readonly isPost?: boolean | undefined;
  /** End that the token's session was given. */
  readonly lifetime?: Lifetime | undefined;
  /** End of the token that this one is a narrowed copy of, in Unix milliseconds; undefined if it is no copy. */
  readonly originalEnd?: number | undefined;
  /** Saves changed discharges, so that later steps find them. */
  readonly save: (discharges: readonly Discharge[]) => void;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** End that a job's session was given, independent of the token's own end. */
export interface Lifetime {
  /** Milliseconds from its opening. */
  readonly ms: number;
  /** End in Unix milliseconds. */
  readonly end: number;
  /** `restore`: a copy that such a step made for its post; undefined: the session that `auth` opened. */
  readonly by?: 'restore' | undefined;
}
