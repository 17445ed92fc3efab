import type { Clock } from '../clock.js';
import type { Transport } from './transport.js';

/** `Date` has whole seconds and an answer takes its time; smaller differences mean nothing. */
const TOLERANCE_MS = 5_000;

/** Time for which an answer tells whether this machine's clock has jumped since, in milliseconds. */
const RECENT_MS = 10_000;

/**
 * The time by the servers that judge our tokens: this machine's clock, corrected by the `Date` header of their
 * answers, so that a runner whose clock is wrong neither trusts a dead discharge nor throws away a good one.
 */
export class ServerTime {
  readonly #clock: Clock;
  #offset = 0;
  /** Time of the last answer that told it, by this machine's clock. */
  #toldAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Unix time in milliseconds. */
  now(): number {
    return this.#clock.now() + this.#offset;
  }

  /** True once any server has told its time. */
  get known(): boolean {
    return this.#toldAt !== undefined;
  }

  /** True while the last answer is young by this machine's clock, so that this clock has hardly jumped since. */
  get isRecent(): boolean {
    const age = this.#toldAt === undefined ? Number.NaN : this.#clock.now() - this.#toldAt;
    return age >= 0 && age <= RECENT_MS;
  }

  /** The transport, with the `Date` of every answer from one of the origins taken note of. */
  observing(transport: Transport, origins: readonly string[]): Transport {
    return async (request) => {
      const response = await transport(request);
      if (!origins.includes(request.url.origin)) return response;
      const date = Date.parse(response.headers['date'] ?? '');
      if (!Number.isNaN(date)) {
        const own = this.#clock.now();
        const difference = date - own;
        this.#offset = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
        this.#toldAt = own;
      }
      return response;
    };
  }
}
