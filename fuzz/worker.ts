/** Runs the cases that its parent names, one after the other, and tells which one it is at. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { Dice } from './dice.js';
import { kindOf } from './kind-of.js';
import { KINDS } from './kinds.js';

/** What a worker is told, and where it tells where it is. */
export interface Work {
  readonly seed: number;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  /** The number of the case under way. */
  readonly progress: Int32Array;
}

/** What a worker tells when it is done, or has found something. */
export type Told = { readonly found: string; readonly index: number } | { readonly megabytes: number };

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void; // What the flag has just made.
const { seed, from, to, progress } = workerData as Work; // As its parent made it.
const tell = (told: Told) => parentPort?.postMessage(told);

for (let index = from; index < to; index += 1) {
  Atomics.store(progress, 0, index);
  const kind = kindOf(KINDS, seed, index);
  try {
    await kind.run(new Dice(seed, kind.name, index));
  } catch (error) {
    tell({ found: error instanceof Error ? (error.stack ?? error.message) : String(error), index });
    break;
  }
}
gc();
const { heapUsed, arrayBuffers } = process.memoryUsage();
tell({ megabytes: (heapUsed + arrayBuffers) / 1e6 });
