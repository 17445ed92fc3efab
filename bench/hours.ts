import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { systemClock } from '../emulator/clock.js';
import { createFly, type Fly } from '../emulator/fly.js';
import { systemRandom } from '../emulator/random.js';
import { serve } from '../emulator/server.js';
import { createJob } from '../runner/job.js';
import { largeMachines } from './large-machines.js';
import { measureCpuTime } from './tools/cpu-time.js';
import { costAtMost, countAtMost, type Figure, median } from './tools/figure.js';
import { nodeForActions, ROOT } from './tools/node-binary.js';
import { measurePeakMemory } from './tools/peak-memory.js';

const APPS = Array.from({ length: 50 }, (_, index) => `app-${index}`);
const EACH = 100;
const ROUNDS = 3;
const MOST_MEGABYTES = 150;
const MOST_MS = 2_000;

const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];

/**
 * Measures `hours` over machines that are all where they belong: its requests, memory and CPU time. The emulator's work
 * doesn't count, because it runs in another process.
 */
export async function hours(): Promise<Figure[]> {
  const machines = largeMachines(EACH).map((machine, index) => ({
    ...machine,
    metadata: { ...machine.metadata, hours: hoursOf(index) },
  }));
  const fly = createFly({
    clock: systemClock,
    random: systemRandom,
    apps: APPS.map((name) => ({ name, machines })),
  });
  const server = await serve(fly);
  const memory = measurePeakMemory();
  const time = measureCpuTime(memory.env['NODE_OPTIONS']);
  const env = { ...memory.env, ...time.env };
  try {
    const sent: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) sent.push(await goOver(fly, env));
    for (let round = 0; round < ROUNDS; round += 1) runEmpty(env);
    const [resident, took] = [memory.megabytes(), time.ms()];
    return [
      countAtMost({
        what: `hours over ${APPS.length * EACH} machines with nothing to do`,
        value: Math.max(...sent),
        most: APPS.length,
        digits: 0,
        unit: 'requests',
        note: `one list for each of ${APPS.length} apps`,
      }),
      costAtMost({
        what: 'peak memory of that step',
        value: Math.max(...resident.slice(0, ROUNDS)),
        most: MOST_MEGABYTES,
        digits: 0,
        unit: 'MB',
        note: `resident, the most of ${ROUNDS} runs; an empty script takes ${median(resident.slice(ROUNDS)).toFixed(0)} MB`,
      }),
      costAtMost({
        what: "that step's own work",
        value: median(took.slice(0, ROUNDS)),
        most: MOST_MS,
        digits: 0,
        unit: 'ms of CPU time',
        note: `user and system, all threads, median of ${ROUNDS} runs; an empty script takes ${median(took.slice(ROUNDS)).toFixed(0)} ms`,
      }),
    ];
  } finally {
    memory.end();
    time.end();
    await server.close();
  }
}

/** Returns hours by which a machine stays as it is: what is up is always in, what is down has not been put down by `hours`. */
function hoursOf(index: number): string {
  const zone = ZONES[index % ZONES.length] ?? 'UTC';
  return `Mon-Sun 00:00-24:00 ${zone}, Mon-Fri 0${index % 9}:30-18:00 ${zone}`;
}

/** Returns the number of requests that one step sends. */
async function goOver(fly: Fly, env: Readonly<Record<string, string>>): Promise<number> {
  const job = createJob({ node: nodeForActions().path, env: { FLY_FLAPS_BASE_URL: fly.origin, ...env } });
  const token = fly.mintToken({ thirdParty: false });
  const before = fly.requests.length;
  try {
    const { conclusion, stdout } = await job.step({ uses: './hours', with: { token, app: APPS.join(',') } });
    const isRight = stdout.includes('started 0, stopped 0, ') && stdout.includes('failed 0 of 5000 ');
    if (conclusion !== 'success' || !isRight)
      throw new Error(`hours ended with ${conclusion}:\n${stdout.slice(-5_000)}`);
    return fly.requests.length - before;
  } finally {
    job.end();
  }
}

function runEmpty(env: Readonly<Record<string, string>>): void {
  const script = join(ROOT, 'bench', 'scripts', 'empty.cjs');
  const { status, stderr } = spawnSync(nodeForActions().path, [script], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${stderr}`);
}
