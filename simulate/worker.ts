import { parentPort } from 'node:worker_threads';
import type { Finding } from './checks/check.js';
import type { Counts } from './coverage/counts.js';
import { coverageOf } from './coverage/coverage.js';
import { simulateJob } from './simulate-job.js';

/** Order to a thread: the numbers from `from` up to, but not including, `to`. */
export interface Order {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** Report of a thread about one job. */
export interface JobReport {
  readonly number: number;
  readonly findings: readonly Finding[];
  /** Counts of what was seen, by group and name. */
  readonly counts: Counts;
}

// A stack costs more than the error itself, and a replay of one job has them.
Error.stackTraceLimit = 0;

parentPort?.on('message', (order: Order) => void carryOut(order));

async function carryOut({ seed, from, to }: Order): Promise<void> {
  for (let number = from; number < to; number += 1) {
    parentPort?.postMessage(await reportOn(seed, number));
  }
  parentPort?.postMessage('next');
}

async function reportOn(seed: number, number: number): Promise<JobReport> {
  const { script, history, findings, seen } = await simulateJob(seed, number);
  const premises = Object.entries(seen).map(([name, count]) => [`premise: ${name}`, count]);
  const covered = history === undefined ? {} : coverageOf(script, history);
  return { number, findings, counts: { ...covered, ...Object.fromEntries(premises) } };
}
