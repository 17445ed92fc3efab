import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../emulator/clock.js';
import { createFly } from '../emulator/fly.js';
import { systemRandom } from '../emulator/random.js';
import { createJob } from '../runner/job.js';
import { largeMachines } from './large-machines.js';
import { costAtMost, type Figure, median } from './tools/figure.js';
import { serveFile } from './tools/file-server.js';
import { nodeForActions, ROOT } from './tools/node-binary.js';
import { type Comparison, compareProcesses } from './tools/pairs.js';
import { measurePeakMemory } from './tools/peak-memory.js';
import { stepEnvironment } from './tools/step-environment.js';

const APP = 'my-app';
const MACHINES = 10_000;
const PAIRS = 7;
const MOST_TIMES = 2;
const MOST_TIMES_MEMORY = 3;

/**
 * Measures the list of an app with very many machines, whole processes against a bare script that fetches and
 * parses the same bytes. The emulator's answer is recorded once and served from a file, so that no process
 * waits for its making.
 */
export async function longList(): Promise<Figure[]> {
  const node = nodeForActions().path;
  const job = createJob({ node });
  const { body, token } = await recordList();
  const file = join(job.temp, 'list.json');
  writeFileSync(file, body);
  const server = await serveFile(file);
  const [memory, bareMemory] = [measurePeakMemory(), measurePeakMemory()];
  try {
    const step = {
      node,
      cwd: job.workspace,
      file: join(ROOT, 'dist', 'list.js'),
      env: {
        ...stepEnvironment('list', job, { token, app: APP }),
        ...memory.env,
        FLY_FLAPS_BASE_URL: server.url,
      },
      expect: `listed ${MACHINES} in ${APP}`,
    };
    const bare = {
      node,
      cwd: job.workspace,
      file: join(ROOT, 'bench', 'scripts', 'bare-list.cjs'),
      env: {
        ...bareMemory.env,
        BARE_URL: `${server.url}/v1/apps/${APP}/machines`,
        BARE_AUTHORIZATION: token,
      },
      expect: `200 ${MACHINES}`,
    };
    const times = compareProcesses(step, bare, PAIRS);
    const size = Buffer.byteLength(body);
    return [timeOf(times, size), memoryOf(memory.megabytes(), bareMemory.megabytes())];
  } finally {
    memory.end();
    bareMemory.end();
    await server.close();
    job.end();
  }
}

/** Returns the emulator's own answer to a list, and a token that needs no discharge. */
async function recordList(): Promise<{ body: string; token: string }> {
  const fly = createFly({
    clock: systemClock,
    random: systemRandom,
    apps: [{ name: APP, machines: largeMachines(MACHINES) }],
  });
  const token = fly.mintToken({ app: APP, thirdParty: [] });
  const request = {
    method: 'GET',
    path: `/v1/apps/${APP}/machines`,
    headers: { authorization: token },
    body: '',
  };
  const reply = await fly.handle(request);
  if ('fault' in reply || reply.status !== 200) throw new Error('The emulator did not list its machines.');
  return { body: reply.body, token };
}

function timeOf({ ratio, ms, baseMs, pairs }: Comparison, size: number): Figure {
  return costAtMost({
    what: `list of ${MACHINES} machines, the whole process`,
    value: ratio,
    most: MOST_TIMES,
    digits: 2,
    unit: 'times a bare script that fetches and parses the same',
    note:
      `${ms.toFixed(0)} ms and ${baseMs.toFixed(0)} ms, medians of ${pairs} pairs; ` +
      `${(size / 1e6).toFixed(1)} MB, ${(size / MACHINES / 1e3).toFixed(1)} KB a machine`,
  });
}

function memoryOf(ours: readonly number[], bare: readonly number[]): Figure {
  const [megabytes, bareMegabytes] = [median(ours), median(bare)];
  return costAtMost({
    what: 'peak memory of that list',
    value: megabytes / bareMegabytes,
    most: MOST_TIMES_MEMORY,
    digits: 2,
    unit: 'times that script',
    note: `resident: ${megabytes.toFixed(0)} MB and ${bareMegabytes.toFixed(0)} MB, medians of ${ours.length} runs`,
  });
}
