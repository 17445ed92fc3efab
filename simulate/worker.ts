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

let strays: string[] = [];
// Nobody in the action's process would catch it either: it would end the step.
process.on('unhandledRejection', (reason) => {
  strays.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
});

parentPort?.on('message', (order: Order) => void carryOut(order));

async function carryOut({ seed, from, to }: Order): Promise<void> {
  for (let number = from; number < to; number += 1) {
    parentPort?.postMessage(await reportOn(seed, number));
  }
  parentPort?.postMessage('next');
}

async function reportOn(seed: number, number: number): Promise<JobReport> {
  strays = [];
  try {
    const { script, history, judgement } = await simulateJob(seed, number);
    // Rejections are told once the event loop comes round.
    await new Promise((resolve) => setImmediate(resolve));
    const findings = [...judgement.findings, ...strays.map((what) => ({ check: STRAY, what }))];
    const premises = Object.entries(judgement.seen).map(([name, count]) => [`premise: ${name}`, count]);
    const counts = { ...coverageOf(script, history), ...Object.fromEntries(premises) };
    return { number, findings, counts };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { number, findings: [{ check: 'the play comes to its end', what }], counts: {} };
  }
}

const STRAY = 'no rejection goes unheard';
