import { join } from 'node:path';
import { createJob } from '../runner/job.js';
import { archiveOf } from '../scripts/archive.js';
import { startEmulator } from './tools/emulator-process.js';
import { costAtMost, countAtMost, type Figure } from './tools/figure.js';
import { nodeForActions, ROOT } from './tools/node-binary.js';
import { type Comparison, compareProcesses } from './tools/pairs.js';
import { stepEnvironment } from './tools/step-environment.js';

const APP = 'my-app';
const PAIRS = 61;
const MOST_BYTES = 150_000;

/**
 * Measures the cost of a step before and besides its work: whole processes against the least that Node can do,
 * and the size of what a job downloads.
 */
export async function startUp(): Promise<Figure[]> {
  // Without rate limits, because only a benchmark lists this often; with the discharge, because the bare script
  // fetches none.
  const emulator = await startEmulator([
    '--app',
    `${APP}=app*2,worker*2:stopped`,
    '--rate-limits',
    'off',
    '--token-discharge',
  ]);
  const node = nodeForActions().path;
  const job = createJob({ node, env: { FLY_FLAPS_BASE_URL: emulator.url } });
  try {
    const auth = await job.step({ uses: './auth', with: { token: emulator.token, app: APP } });
    if (auth.conclusion !== 'success') throw new Error(`auth ended with ${auth.conclusion}:\n${auth.stdout}`);
    const env = {
      // The session opens only with the job's key, which `auth` sets for later steps.
      ...auth.env,
      ...stepEnvironment('list', job),
      FLY_FLAPS_BASE_URL: emulator.url,
      BARE_URL: `${emulator.url}/v1/apps/${APP}/machines`,
      BARE_AUTHORIZATION: emulator.token,
    };
    const step = { node, cwd: job.workspace, env };
    const list = compareProcesses(
      { ...step, file: join(ROOT, 'dist', 'list.js'), expect: `listed 4 in ${APP}` },
      { ...step, file: join(ROOT, 'bench', 'scripts', 'bare-get.cjs'), expect: '200 ' },
      PAIRS,
    );
    const post = compareProcesses(
      { ...step, file: join(ROOT, 'dist', 'post.js'), expect: '' },
      { ...step, file: join(ROOT, 'bench', 'scripts', 'empty.cjs'), expect: '' },
      PAIRS,
    );
    return [
      timesOf(
        'list in a session, the whole process',
        list,
        1.5,
        'a bare CommonJS script that sends the same request',
      ),
      timesOf('post step with nothing to undo', post, 1.1, 'an empty script'),
      sizeOfArchive(),
    ];
  } finally {
    job.end();
    await emulator.close();
  }
}

function timesOf(what: string, { ratio, ms, baseMs, pairs }: Comparison, most: number, base: string): Figure {
  return costAtMost({
    what,
    value: ratio,
    most,
    digits: 2,
    unit: `times ${base}`,
    note: `${ms.toFixed(1)} ms and ${baseMs.toFixed(1)} ms; medians of ${pairs} pairs`,
  });
}

function sizeOfArchive(): Figure {
  return countAtMost({
    what: 'archive that a job downloads, packed',
    value: archiveOf(ROOT).packed,
    most: MOST_BYTES,
    digits: 0,
    unit: 'bytes',
    note: 'of the work tree as it is',
  });
}
