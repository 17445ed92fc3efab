import { USUAL_RATE } from '../emulator/rate-limits.js';
import { createJob } from '../runner/job.js';
import { type EmulatorProcess, startEmulator } from './emulator-process.js';
import { costAtMost, type Figure, median } from './figure.js';
import { nodeForActions } from './node-binary.js';

const MACHINES = 100;
const LATENCY_MS = 100;
const BOOT_MS = 2_000;
const ROUNDS = 3;
/** The default of `max-concurrent`. */
const MAX_CONCURRENT = 20;
const MOST_TIMES = 1.5;

/** Starts many machines and one, each from an app of its own so that all were stopped, and compares the steps as wholes. */
export async function fleet(): Promise<Figure[]> {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
  const apps = rounds.flatMap((round) => [
    ...['--app', `one-${round}=worker:stopped`],
    ...['--app', `many-${round}=worker*${MACHINES}:stopped`],
  ]);
  const emulator = await startEmulator([...apps, '--latency', `${LATENCY_MS}ms`, '--boot', `${BOOT_MS}ms`]);
  try {
    const one: number[] = [];
    const many: number[] = [];
    // A first step that nobody measures: the files of Node and of the action are then in memory for all alike.
    await timeStep(emulator, './list', { app: 'one-0' });
    for (const round of rounds) {
      one.push(await timeStep(emulator, './start', { app: `one-${round}`, machines: 'all' }));
      many.push(await timeStep(emulator, './start', { app: `many-${round}`, machines: 'all' }));
    }
    return [compared(median(one), median(many), refusalsIn(emulator))];
  } finally {
    await emulator.close();
  }
}

/** The step's whole time in milliseconds, as a job spends it. */
async function timeStep(
  { url, token }: EmulatorProcess,
  uses: string,
  inputs: { readonly app: string; readonly machines?: string },
): Promise<number> {
  const job = createJob({ node: nodeForActions().path, env: { FLY_FLAPS_BASE_URL: url } });
  try {
    const start = performance.now();
    const { conclusion, stdout } = await job.step({ uses, with: { token, ...inputs } });
    if (conclusion !== 'success') throw new Error(`${uses} ended with ${conclusion}:\n${stdout}`);
    return performance.now() - start;
  } finally {
    job.end();
  }
}

function compared(one: number, many: number, refusals: number): Figure {
  const places = (Math.ceil(MACHINES / MAX_CONCURRENT) - 1) * LATENCY_MS;
  const rates = forcedByRate(1);
  const most = (MOST_TIMES * one + places + rates) / one;
  return costAtMost({
    what: `start of ${MACHINES} machines until all have started`,
    value: many / one,
    most,
    digits: 2,
    unit: 'times one machine alone',
    note:
      `${ms(many)} and ${ms(one)}, medians of ${ROUNDS}; boot ${ms(BOOT_MS)}, latency ${ms(LATENCY_MS)}. Allowed: ${MOST_TIMES} times, ` +
      `and ${ms(places)} for ${MACHINES} starts by ${MAX_CONCURRENT}, and ${ms(rates)} for the documented rates. Refused with 429: ${refusals}`,
  });
}

/** Milliseconds for which the documented rate holds back requests of one action on one id; every machine gets one start and one wait. */
function forcedByRate(requests: number): number {
  return (Math.max(0, requests - USUAL_RATE.burst) / USUAL_RATE.perSecond) * 1_000;
}

function refusalsIn(emulator: EmulatorProcess): number {
  return emulator.requestLines().filter((line) => / 429 \d+ ms/.test(line)).length;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
