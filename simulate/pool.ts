import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { bundled } from './bundled.js';
import type { JobReport, Order } from './worker.js';

/** Jobs of one order. */
const ORDER_SIZE = 20;
/** A job takes milliseconds; one that takes this long never ends. */
const HANGS_AFTER_MS = 120_000;

/** Numbers to simulate, by how many threads. */
export interface Work {
  readonly seed: number;
  readonly first: number;
  readonly jobs: number;
  readonly threads: number;
  /** Asked before each order; true ends the work. */
  readonly isEnough: () => boolean;
  readonly onReport: (report: JobReport) => void;
}

/** Simulates jobs in threads until all are done or it is enough. Rejects where a thread ends or hangs, with the number under way. */
export async function simulateAll(work: Work): Promise<void> {
  let next = work.first;
  const end = work.first + work.jobs;
  const take = (): Order | undefined => {
    if (work.isEnough() || next >= end) return undefined;
    const from = next;
    next = Math.min(next + ORDER_SIZE, end);
    return { seed: work.seed, from, to: next };
  };
  const code = await bundled(new URL('worker.ts', import.meta.url));
  try {
    await Promise.all(Array.from({ length: work.threads }, () => runThread(code, take, work.onReport)));
  } finally {
    rmSync(code, { force: true });
  }
}

function runThread(code: string, take: () => Order | undefined, onReport: Work['onReport']): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(code);
    let underWay = 0;
    const late = () => finish(() => reject(new Error(`job ${underWay} does not end`)));
    let watch = setTimeout(late, HANGS_AFTER_MS);
    const finish = (how: () => void) => {
      clearTimeout(watch);
      void worker.terminate().then(how);
    };
    const order = () => {
      const next = take();
      if (next === undefined) return finish(resolve);
      underWay = next.from;
      worker.postMessage(next);
    };
    worker.on('message', (message: JobReport | 'next') => {
      clearTimeout(watch);
      watch = setTimeout(late, HANGS_AFTER_MS);
      if (message === 'next') return order();
      underWay = message.number + 1;
      onReport(message);
    });
    worker.once('online', order);
    worker.once('error', (error) =>
      finish(() => reject(new Error(`job ${underWay} ended its thread: ${error.stack ?? error.message}`))),
    );
  });
}
