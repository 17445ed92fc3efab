import type * as v from '@badrap/valita';
import type { RetryPolicy } from '../../http/retry.js';
import type { HttpRequest } from '../../http/transport.js';
import type { Rate } from './pace.js';

/** Step that runs right before each attempt of a call, in its place among those in flight; ends the call by throwing. */
export type BeforeSend = (signal: AbortSignal) => Promise<void> | void;

/** Call of Fly's API: the request, and the form of its answer. */
export interface Call<T> {
  readonly method: HttpRequest['method'];
  /** Path below `/v1/`. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly body?: object;
  /** Nonce of the lease under which it is sent. */
  readonly nonce?: string | undefined;
  /** Words for messages that say what is tried: `stop machine 123`. */
  readonly what: string;
  readonly answer: v.Type<T>;
  /** Longest time of one attempt in milliseconds; default 30 s. */
  readonly limit?: number;
  readonly rate?: Rate;
  /** Name of the bucket by which Fly counts; default: method and path. */
  readonly bucket?: string;
  /** Retries; by default only a read is repeated after an ending that leaves open whether it happened. */
  readonly policy?: RetryPolicy;
  /** True if a 401 stands, without another try under a renewed token. */
  readonly isFinal?: boolean;
  /** True for a fresh connection each time: after a cut we must know that it had not been closed before the request. */
  readonly isFresh?: true;
  /** True if it doesn't count toward the changes in flight: it is short, and of no use when late. */
  readonly isUrgent?: true;
  /** True if it gives back what this step took, and so is sent even when nothing may be changed any more. */
  readonly givesBack?: true | undefined;
  /** Steps before each attempt, in their order; their time is not the attempt's. */
  readonly before?: readonly BeforeSend[] | undefined;
  /** Reports, before the pause, each attempt of a change that surely did nothing and will be repeated. */
  readonly undone?: (() => void) | undefined;
}

/** Longest time of one attempt in ms, unless the call says otherwise. */
export const ATTEMPT_LIMIT_MS = 30_000;
