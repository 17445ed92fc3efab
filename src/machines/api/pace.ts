import type { LimitFunction } from 'p-limit';
import { unlessAborted } from '../../abort.js';
import type { Clock } from '../../clock.js';

/** How often something may be asked: so many per second in the long run, so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Fly's rate for one action on one machine, app or organization. (docs: machines/api/working-with-machines-api) */
export const USUAL_RATE: Rate = { perSecond: 1, burst: 3 };

/** Fly's rate for reading one machine. */
export const READING_RATE: Rate = { perSecond: 5, burst: 10 };

/** What has a rate of its own: one action on one thing. */
export interface Bucket {
  readonly key: string;
  readonly rate: Rate;
}

/** One attempt of a request. */
export interface Attempt<T> {
  readonly bucket: Bucket;
  readonly signal: AbortSignal;
  /** Its place among those that may be in flight at once; undefined where that doesn't matter. */
  readonly places: LimitFunction | undefined;
  readonly send: () => Promise<T>;
}

interface Lane {
  /** When the bucket is full again, in milliseconds since 1970: all that a bucket needs to remember. */
  full: number;
  /** How many wait for the bucket, then for a place: the first of them for those two, each other for the one before it. */
  waiting: number;
  /** When the last of them has begun, or given up. */
  last: Promise<unknown>;
}

/** So many lanes are worth looking through for some that can be forgotten. */
const MANY_LANES = 1_000;

/** Keeps requests within Fly's rates; one for all the work of a step. Requests of one bucket go in the order they came. */
export class Pace {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  #many = MANY_LANES;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sends when it is the attempt's turn and a place is free; both are taken just then. Throws the signal's reason when that aborts first. */
  async run<T>(attempt: Attempt<T>): Promise<T> {
    const { bucket, signal } = attempt;
    signal.throwIfAborted();
    const lane = this.#laneOf(bucket.key);
    lane.waiting += 1;
    const begun = lane.last.then(() => this.#begin(lane, attempt));
    lane.last = begun.then(
      () => leave(lane),
      () => leave(lane), // Who waits for `begun` hears of it.
    );
    const { sent } = await unlessAborted(signal, begun);
    return sent;
  }

  /** After a 429: the bucket opens in so many milliseconds, and not with a burst. */
  hold({ key, rate }: Bucket, ms: number): void {
    const lane = this.#laneOf(key);
    lane.full = Math.max(lane.full, this.#clock.now() + ms + slackOf(rate));
  }

  /** For the first in its lane. */
  async #begin<T>(lane: Lane, { bucket, signal, places, send }: Attempt<T>): Promise<{ sent: Promise<T> }> {
    for (;;) {
      signal.throwIfAborted();
      const ms = this.#pauseOf(lane, bucket.rate);
      if (ms > 0) {
        await this.#clock.sleep(ms, signal);
        continue;
      }
      const begun = await inPlace(places, () => {
        signal.throwIfAborted();
        // While a place was waited for, a 429 may have closed the bucket.
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

  /** A bucket that is full, with nobody waiting, is as good as new. */
  #forget(): void {
    const now = this.#clock.now();
    for (const [key, { full, waiting }] of this.#lanes) {
      if (full <= now && waiting === 0) this.#lanes.delete(key);
    }
    this.#many = Math.max(MANY_LANES, 2 * this.#lanes.size);
  }
}

function leave(lane: Lane): void {
  lane.waiting -= 1;
}

/** How much earlier than evenly spread a request may be sent, in milliseconds. */
function slackOf({ perSecond, burst }: Rate): number {
  return ((burst - 1) * 1000) / perSecond;
}

/**
 * Begins the work once there is a place, which it keeps to its end. Resolves as soon as it has begun; to undefined
 * when it chose not to.
 */
function inPlace<T>(
  places: LimitFunction | undefined,
  begin: () => Promise<T> | undefined,
): Promise<{ sent: Promise<T> } | undefined> {
  return new Promise((resolve, reject) => {
    const work = async () => {
      try {
        const sent = begin();
        resolve(sent && { sent });
        await sent;
      } catch (error) {
        reject(error); // Who waits for `sent` hears of what comes later.
      }
    };
    if (places === undefined) work();
    else places(work);
  });
}
