/**
 * Worker: runs the cases that its parent names, one after another, and records the number of the current one.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { Dice } from './dice.js';
import { kindOf } from './kinds/kind-of.js';
import { KINDS } from './kinds/kinds.js';

/** Work for a worker, and the memory in which it records its progress. */
export interface WorkOrder {
  readonly seed: number;
  readonly from: number;
  /** Number after the last case. */
  readonly to: number;
  /** Number of the case under way. */
  readonly progress: Int32Array;
}

/** Report of a worker: its memory when it is done, or a finding. */
export type WorkerReport =
  | { readonly found: string; readonly index: number }
  | { readonly megabytes: number };

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void; // The cast is safe: the flag has just made it.
const { seed, from, to, progress } = workerData as WorkOrder; // The cast is safe: its parent makes it so.
const report = (content: WorkerReport) => parentPort?.postMessage(content);

for (let index = from; index < to; index += 1) {
  Atomics.store(progress, 0, index);
  const kind = kindOf(KINDS, seed, index);
  try {
    await kind.run(new Dice(seed, kind.name, index));
  } catch (error) {
    report({ found: error instanceof Error ? (error.stack ?? error.message) : String(error), index });
    break;
  }
}
gc();
const { heapUsed, arrayBuffers } = process.memoryUsage();
report({ megabytes: (heapUsed + arrayBuffers) / 1e6 });
