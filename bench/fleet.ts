import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { USUAL_RATE } from '../emulator/access/rate-limits.js';
import { createJob } from '../runner/job.js';
import { type EmulatorProcess, startEmulator } from './tools/emulator-process.js';
import { costAtMost, type Figure, median } from './tools/figure.js';
import { nodeForActions, ROOT } from './tools/node-binary.js';
import { measurePeakMemory, type PeakMemory } from './tools/peak-memory.js';

const MACHINES = 1_000;
const MAX_CONCURRENT = 50;
const LATENCY_MS = 80;
const BOOT_MS = 2_000;
const ROUNDS = 3;
const MOST_TIMES = 1.2;
const MOST_MEGABYTES = 150;

/**
 * Waits that nothing can avoid, in the order of time, in milliseconds. The token comes with its discharge, so
 * that the list is the first request; a boot begins when its start arrives, so that the answer to the last
 * start costs nothing.
 */
const BOUND: ReadonlyMap<string, number> = new Map([
  ['for the list', LATENCY_MS],
  [
    `until the last of ${MACHINES} starts is sent, ${MAX_CONCURRENT} at once`,
    (Math.ceil(MACHINES / MAX_CONCURRENT) - 1) * LATENCY_MS,
  ],
  ['for the documented rates, with one start and one wait for each machine', forcedByRate(1)],
  ['for its boot', Math.max(BOOT_MS, LATENCY_MS)],
  ['for the answer to its wait', LATENCY_MS],
]);

/**
 * Measures the start of many machines, each time from an app of its own so that all were stopped: the whole
 * step against its bound.
 */
export async function fleet(): Promise<Figure[]> {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
  const names = ['bare', ...rounds.map((round) => `many-${round}`)];
  const emulator = await startEmulator([
    ...names.flatMap((name) => ['--app', `${name}=worker*${MACHINES}:stopped`]),
    ...['--app', 'one=worker:stopped', '--token-discharge'],
    ...['--latency', `${LATENCY_MS}ms`, '--boot', `${BOOT_MS}ms`],
  ]);
  const memory = measurePeakMemory();
  try {
    // It comes first, so that Node and the action are in the file cache by then.
    const one = await timeStep(emulator, 'one');
    const many: number[] = [];
    for (const round of rounds) many.push(await timeStep(emulator, `many-${round}`, memory));
    const bare = timeBare(emulator, 'bare');
    return [timeOf({ one, many: median(many), bare }, refusalsIn(emulator)), memoryOf(memory)];
  } finally {
    memory.end();
    await emulator.close();
  }
}

/** Returns the milliseconds that a job spends on the whole step. */
async function timeStep({ url, token }: EmulatorProcess, app: string, memory?: PeakMemory): Promise<number> {
  const job = createJob({
    node: nodeForActions().path,
    env: { FLY_FLAPS_BASE_URL: url, ...memory?.env },
  });
  const inputs = { token, app, machines: 'all', 'max-concurrent': String(MAX_CONCURRENT) };
  try {
    const start = performance.now();
    const { conclusion, stdout } = await job.step({ uses: './start', with: inputs });
    if (conclusion !== 'success') throw new Error(`start ended with ${conclusion}:\n${stdout}`);
    return performance.now() - start;
  } finally {
    job.end();
  }
}

/**
 * Returns the milliseconds of the same requests by a script that does nothing else: the nearest to the bound
 * that this computer and the emulator allow.
 */
function timeBare({ url, token }: EmulatorProcess, app: string): number {
  const env = {
    BARE_URL: `${url}/v1/apps/${app}/machines`,
    BARE_AUTHORIZATION: token,
    BARE_AT_ONCE: String(MAX_CONCURRENT),
  };
  const start = performance.now();
  runNode('bare-fleet.cjs', env, `started ${MACHINES}`);
  return performance.now() - start;
}

function runNode(script: string, env: Readonly<Record<string, string>>, expect: string): void {
  const file = join(ROOT, 'bench', 'scripts', script);
  const { status, stdout, stderr } = spawnSync(nodeForActions().path, [file], { env, encoding: 'utf8' });
  if (status === 0 && stdout.includes(expect)) return;
  throw new Error(`${script} ended with ${status}:\n${stdout}${stderr}`);
}

function timeOf(times: { one: number; many: number; bare: number }, refusals: number): Figure {
  const bound = [...BOUND.values()].reduce((sum, part) => sum + part, 0);
  const parts = [...BOUND].filter(([, part]) => part > 0).map(([what, part]) => `${part} ${what}`);
  return costAtMost({
    what: `start of ${MACHINES} machines until all have started`,
    value: times.many / bound,
    most: MOST_TIMES,
    digits: 2,
    unit: 'times its bound',
    note:
      `${ms(times.many)}, median of ${ROUNDS}; the bound is ${ms(bound)}: ${parts.join(', ')}. For comparison: a bare script ` +
      `with the same requests ${ms(times.bare)}, one machine alone ${ms(times.one)}. Refused with 429: ${refusals}`,
  });
}

/** Reports the largest of all rounds, next to the memory of an empty script. */
function memoryOf(memory: PeakMemory): Figure {
  const peaks = memory.megabytes();
  runNode('empty.cjs', memory.env, '');
  const bare = memory.megabytes().at(-1) ?? 0;
  return costAtMost({
    what: `peak memory of that step`,
    value: Math.max(...peaks),
    most: MOST_MEGABYTES,
    digits: 0,
    unit: 'MB',
    note: `resident, the most of ${peaks.length} runs; an empty script takes ${bare.toFixed(0)} MB`,
  });
}

/** Returns the milliseconds for which the documented rate holds back requests of one action on one id. */
function forcedByRate(requests: number): number {
  return (Math.max(0, requests - USUAL_RATE.burst) / USUAL_RATE.perSecond) * 1_000;
}

function refusalsIn(emulator: EmulatorProcess): number {
  return emulator.requestLines().filter((line) => / 429 \d+ ms/.test(line)).length;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
