import type { Clock } from '../clock.js';
import type { Discharge } from './discharges.js';
import type { ExchangeTools } from './exchanges.js';

/** What a session works with; all effects come from here. */
export interface LiveTokenTools extends ExchangeTools {
  readonly clock: Clock;
  /** A step at the job's end, after which nothing puts right what it could not do. */
  readonly isPost?: boolean | undefined;
  /** Of the session that the token is from. */
  readonly lifetime?: Lifetime | undefined;
  /** When the token ends that this one is a narrowed copy of, in Unix milliseconds; undefined where it is none. */
  readonly originalEnd?: number | undefined;
  /** Told of what changed, so that later steps find it. */
  readonly save: (discharges: readonly Discharge[]) => void;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** The end that a job's session was given, whatever the token's own. */
export interface Lifetime {
  /** From its opening. */
  readonly ms: number;
  /** Unix milliseconds. */
  readonly end: number;
  /** Of a copy that a step with `restore` has made for its post; undefined: of the session that `auth` opened. */
  readonly by?: 'restore' | undefined;
}
