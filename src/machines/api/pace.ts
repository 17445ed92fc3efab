import { unlessAborted } from '../../abort.js';
import type { Clock } from '../../clock.js';
import type { Places } from '../../places.js';

/** Rate of requests: `perSecond` in the long run, `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Rate of Fly for one action on one machine, app or organization. (docs: machines/api/working-with-machines-api) */
export const USUAL_RATE: Rate = { perSecond: 1, burst: 3 };

/** Rate that Fly allows for reading one machine. */
export const READING_RATE: Rate = { perSecond: 5, burst: 10 };

/** Bucket with a rate of its own: one action on one machine, app or organization. */
export interface Bucket {
  readonly key: string;
  readonly rate: Rate;
}

/** Attempt of a request. */
export interface PacedRequest<T> {
  readonly bucket: Bucket;
  readonly signal: AbortSignal;
  /** Limit of attempts in flight that it counts toward; undefined: none. */
  readonly places: Places | undefined;
  readonly send: () => Promise<T>;
}

interface Lane {
  /** Time at which the bucket is full again, in Unix milliseconds: all that a bucket needs to remember. */
  full: number;
  /** Number of attempts that wait: the first for the bucket and then a place, each other for the one before it. */
  waiting: number;
  /** Settles once the last of them has begun or given up. */
  last: Promise<unknown>;
}

/** Number of lanes from which it pays to look for some that can be forgotten. */
const MANY_LANES = 1_000;

/** Pacer that keeps a step's requests within Fly's rates. Requests of one bucket go in the order in which they came. */
export class Pace {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  #many = MANY_LANES;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sends once it is the attempt's turn and a place is free. Throws the signal's reason if that aborts first. */
  async run<T>(attempt: PacedRequest<T>): Promise<T> {
    const { bucket, signal } = attempt;
    signal.throwIfAborted();
    const lane = this.#laneOf(bucket.key);
    lane.waiting += 1;
    const begun = lane.last.then(() => this.#begin(lane, attempt));
    lane.last = begun.then(
      () => leaveLane(lane),
      () => leaveLane(lane), // The caller gets this error from `begun`.
    );
    const { sent } = await unlessAborted(signal, begun);
    return sent;
  }

  /** Closes the bucket for `ms` milliseconds after a 429; it opens again without a burst. */
  closeFor({ key, rate }: Bucket, ms: number): void {
    const lane = this.#laneOf(key);
    lane.full = Math.max(lane.full, this.#clock.now() + ms + slackOf(rate));
  }

  /** Begins the attempt that is first in its lane. */
  async #begin<T>(
    lane: Lane,
    { bucket, signal, places, send }: PacedRequest<T>,
  ): Promise<{ sent: Promise<T> }> {
    for (;;) {
      signal.throwIfAborted();
      const ms = this.#pauseOf(lane, bucket.rate);
      if (ms > 0) {
        await this.#clock.sleep(ms, signal);
        continue;
      }
      const begun = await inPlace(places, () => {
        signal.throwIfAborted();
        // A 429 may have closed the bucket while we waited for a place.
        if (this.#pauseOf(lane, bucket.rate) > 0) return undefined;
        lane.full = Math.max(lane.full, this.#clock.now()) + 1000 / bucket.rate.perSecond;
        return send();
      });
      if (begun !== undefined) return begun;
    }
  }

  #pauseOf(lane: Lane, rate: Rate): number {
    return lane.full - slackOf(rate) - this.#clock.now();
  }

  #laneOf(key: string): Lane {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    if (this.#lanes.size >= this.#many) this.#forget();
    const lane = { full: 0, waiting: 0, last: Promise.resolve() };
    this.#lanes.set(key, lane);
    return lane;
  }

  /** Forgets each bucket that is full and has no attempt waiting: it is as good as new. */
  #forget(): void {
    const now = this.#clock.now();
    for (const [key, { full, waiting }] of this.#lanes) {
      if (full <= now && waiting === 0) this.#lanes.delete(key);
    }
    this.#many = Math.max(MANY_LANES, 2 * this.#lanes.size);
  }
}

function leaveLane(lane: Lane): void {
  lane.waiting -= 1;
}

/** Returns how much earlier than evenly spread a request may be sent, in milliseconds. */
function slackOf({ perSecond, burst }: Rate): number {
  return ((burst - 1) * 1000) / perSecond;
}

/**
 * Begins the work once there is a place, which it keeps to its end. Resolves as soon as the work has begun; to undefined
 * if it chose not to begin.
 */
function inPlace<T>(
  places: Places | undefined,
  begin: () => Promise<T> | undefined,
): Promise<{ sent: Promise<T> } | undefined> {
  return new Promise((resolve, reject) => {
    const work = async () => {
      try {
        const sent = begin();
        resolve(sent && { sent });
        await sent;
      } catch (error) {
        reject(error); // A later error reaches the caller through `sent`.
      }
    };
    if (places === undefined) work();
    else places(work);
  });
}
