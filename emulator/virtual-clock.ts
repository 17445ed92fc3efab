import type { Clock } from './clock.js';
import { Heap } from './heap.js';

/** A clock that stands still until its owner moves it. */
export interface VirtualClock extends Clock {
  /**
   * Moves time on by `ms` and wakes sleepers in the order of their times. Each one's work is done before the
   * next wakes.
   */
  advance(ms: number): Promise<void>;
  /**
   * Runs work to its end: when nothing else is left to do, time jumps to the next sleeper. Only sleeping takes
   * time; while a file is being read, time may already jump, unless it was told to stand still. Throws when the
   * work waits for something that no sleeper brings about, or isn't done after a month of virtual time.
   */
  run<T>(work: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly at: number;
  /** Number of sleepers before it: of those that wake at one time, the first to come is the first to wake. */
  readonly order: number;
  readonly wake: () => void;
}

const MONTH = 30 * 86_400_000;

/**
 * Creates a clock that starts at `start`, in milliseconds since 1970. `patience` is the number of looks at work
 * that is neither done nor sleeping before `run` gives up: such work reads a file, or hangs.
 */
export function createVirtualClock(start = Date.UTC(2025, 0, 15, 12), patience = 2_000): VirtualClock {
  let now = start;
  let count = 0;
  let awaited = 0;
  const sleepers = new Heap<Sleeper>((a, b) => (a.at === b.at ? a.order < b.order : a.at < b.at));

  /** Lets all promises continue that can, and awaits the work that time stands still for. */
  const quiet = async () => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (awaited > 0);
  };

  return {
    now: () => now,
    standStill(work) {
      awaited += 1;
      const end = () => {
        awaited -= 1;
      };
      work.then(end, end);
    },
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const finish = (end: () => void) => {
          sleepers.remove(sleeper);
          signal?.removeEventListener('abort', abort);
          end();
        };
        const abort = () => finish(() => reject(signal?.reason));
        if (signal?.aborted === true) return reject(signal.reason);
        const at = now + Math.max(0, ms);
        const sleeper = sleepers.add({ at, order: count++, wake: () => finish(resolve) });
        signal?.addEventListener('abort', abort);
      });
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await quiet();
        const sleeper = sleepers.first;
        if (sleeper === undefined || sleeper.at > end) break;
        now = Math.max(now, sleeper.at);
        sleeper.wake();
      }
      now = end;
    },
    async run(work) {
      let done = false;
      const limit = now + MONTH;
      const settled = work.finally(() => {
        done = true;
      });
      // The caller gets the rejection from `work` itself.
      settled.catch(() => undefined);
      for (let idle = 0; idle < patience; ) {
        await quiet();
        if (done) return work;
        const sleeper = sleepers.first;
        if (sleeper === undefined) {
          idle += 1;
          await new Promise((resolve) => setTimeout(resolve, 1));
          continue;
        }
        idle = 0;
        if (sleeper.at > limit) throw new Error('The work is not done after a month.');
        now = Math.max(now, sleeper.at);
        sleeper.wake();
      }
      throw new Error('The work is not done, and nothing sleeps that could bring it on.');
    },
  };
}
