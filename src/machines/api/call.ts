import type * as v from '@badrap/valita';
import type { RetryPolicy } from '../../http/retry.js';
import type { HttpRequest } from '../../http/transport.js';
import type { Rate } from './pace.js';

/** Step that runs right before each attempt of a call, in its place among those in flight; ends the call by throwing. */
export type BeforeSend = (signal: AbortSignal) => Promise<void> | void;

/** One call of Fly's API: what is sent, and what comes back. */
export interface Call<T> {
  readonly method: HttpRequest['method'];
  /** Below `/v1/`. Together with the method it names what Fly counts by. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly body?: object;
  /** Of the lease under which it is sent. */
  readonly nonce?: string | undefined;
  /** What is tried, for messages. */
  readonly what: string;
  readonly answer: v.Type<T>;
  /** How long one attempt may take, in milliseconds; default 30 s. */
  readonly limit?: number;
  readonly rate?: Rate;
  /** By default, only reading is repeated where it is open whether it happened. */
  readonly policy?: RetryPolicy;
  /** A 401 stands: it isn't sent again with a renewed token. */
  readonly isFinal?: boolean;
  /** Always goes on a fresh connection: where one is cut, it must not be open whether it had been closed before. */
  readonly isFresh?: true;
  /** Sent although as many changes are in flight as may be: it is short, and late it would be of no use. */
  readonly isUrgent?: true;
  /** Gives back what this step has taken: sent though nothing may be changed any more. */
  readonly givesBack?: true | undefined;
  /** Steps before each attempt, in their order; their time is not the attempt's. */
  readonly before?: readonly BeforeSend[] | undefined;
  /** Told of each attempt that surely did nothing and is to be made again, before the pause; of a change only. */
  readonly undone?: (() => void) | undefined;
}

/** How long one attempt may take, unless the call says otherwise. */
export const ATTEMPT_LIMIT_MS = 30_000;
