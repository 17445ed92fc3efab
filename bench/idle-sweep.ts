import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { systemClock } from '../emulator/clock.js';
import { createFly, type Fly } from '../emulator/fly.js';
import { LOADS } from '../emulator/metrics/load.js';
import { systemRandom } from '../emulator/random.js';
import { serve } from '../emulator/server.js';
import { createJob } from '../runner/job.js';
import { largeMachines } from './large-machines.js';
import { measureCpuTime } from './tools/cpu-time.js';
import { costAtMost, countAtMost, type Figure, median } from './tools/figure.js';
import { nodeForActions, ROOT } from './tools/node-binary.js';
import { measurePeakMemory } from './tools/peak-memory.js';

const ORG = 'my-org';
const APPS = Array.from({ length: 50 }, (_, index) => `app-${index}`);
const IDLE = 60;
const BUSY = 40;
const MACHINES = APPS.length * (IDLE + BUSY);
const ROUNDS = 3;
const MOST_REQUESTS = 3;
const MOST_MEGABYTES = 150;
const MOST_MS = 2_000;

/**
 * Measures a search for idle machines in a whole organization that stops none: its requests, memory and own
 * work. The emulator's work doesn't count, because it runs in another process.
 */
export async function idleSweep(): Promise<Figure[]> {
  const machines = largeMachines(IDLE + BUSY).map((machine, index) => ({
    ...machine,
    state: 'started' as const,
    behaviour: { load: index < IDLE ? LOADS.idle : LOADS.busy },
  }));
  const apps = APPS.map((name) => ({ name, org: ORG, machines }));
  const fly = createFly({ clock: systemClock, random: systemRandom, apps });
  const server = await serve(fly);
  const memory = measurePeakMemory();
  const time = measureCpuTime(memory.env['NODE_OPTIONS']);
  const env = { ...memory.env, ...time.env };
  try {
    const byName = await sweep(fly, { app: APPS.join(',') }, {});
    const byOrg: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      byOrg.push(await sweep(fly, { org: ORG, state: 'started' }, env));
    for (let round = 0; round < ROUNDS; round += 1) runEmpty(env);
    return [
      requestsOf('by org', Math.max(...byOrg), 0),
      requestsOf('by the names of its apps', byName, 1),
      memoryOf(memory.megabytes()),
      timeOf(time.ms()),
    ];
  } finally {
    memory.end();
    time.end();
    await server.close();
  }
}

/** Returns the number of requests that one sweep sends. */
async function sweep(
  fly: Fly,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const job = createJob({ node: nodeForActions().path, env: { FLY_FLAPS_BASE_URL: fly.origin, ...env } });
  const token = fly.mintToken({ thirdParty: false });
  const before = fly.requests.length;
  try {
    const { conclusion, stdout } = await job.step({
      uses: './stop-idle',
      with: { token, ...inputs, 'dry-run': 'true' },
    });
    const isRight = stdout.includes(`would stop ${IDLE * APPS.length}, `);
    if (conclusion !== 'success' || !isRight)
      throw new Error(`stop-idle ended with ${conclusion}:\n${stdout.slice(-5_000)}`);
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

function requestsOf(how: string, value: number, once: number): Figure {
  const more = once === 0 ? '' : `, and ${once} for the organization`;
  return countAtMost({
    what: `idle sweep of ${MACHINES} machines, ${how}`,
    value,
    most: MOST_REQUESTS * APPS.length + once,
    digits: 0,
    unit: 'requests',
    note: `${(value / APPS.length).toFixed(2)} for each of ${APPS.length} apps; at most ${MOST_REQUESTS} for each${more}`,
  });
}

/** The sweeps come first in the list, the empty scripts after them. */
function memoryOf(all: readonly number[]): Figure {
  const bare = median(all.slice(ROUNDS));
  return costAtMost({
    what: 'peak memory of that sweep, by org',
    value: Math.max(...all.slice(0, ROUNDS)),
    most: MOST_MEGABYTES,
    digits: 0,
    unit: 'MB',
    note: `resident, the most of ${ROUNDS} runs; an empty script takes ${bare.toFixed(0)} MB`,
  });
}

function timeOf(all: readonly number[]): Figure {
  const [ours, bare] = [median(all.slice(0, ROUNDS)), median(all.slice(ROUNDS))];
  return costAtMost({
    what: "that sweep's own work",
    value: ours - bare,
    most: MOST_MS,
    digits: 0,
    unit: 'ms of CPU time',
    note: `${ours.toFixed(0)} ms less the ${bare.toFixed(0)} ms of an empty script; medians of ${ROUNDS} runs, all threads`,
  });
}
