import type { Answer, FlyRequest, Reply } from './http.js';

/** A request, what really came of it, and what its sender saw. Holds secrets. */
export interface Exchange {
  readonly request: FlyRequest;
  /** Arrival, in milliseconds since 1970. */
  readonly at: number;
  /** Answer that the world really gave; undefined for a request that never arrived. */
  readonly answer: Answer | undefined;
  /** Reply that its sender got. */
  readonly reply: Reply;
  readonly endedAt: number;
}
