/**
 * Demo of a whole job against an embedded Fly (`npm run demo`), as a runner executes it: each step is a process
 * of its own on the built action, and only files and environment pass between steps. It prints what a person
 * would see on GitHub, masks applied. The discharge lives for seconds, so that one can watch its refresh.
 */
import { systemClock } from '../emulator/clock.js';
import { createFly } from '../emulator/fly.js';
import { systemRandom } from '../emulator/random.js';
import { serve } from '../emulator/server.js';
import { createJob } from '../runner/job.js';
import { createLineRenderer, renderHeading, renderSummary } from '../runner/log/render.js';
import type { StepResult } from '../runner/step-result.js';

const DISCHARGE_LIFE_MS = 12_000;
const LONGEST_PATH = 120;
const worker = { processGroup: 'worker', state: 'stopped' } as const;

const fly = createFly({
  clock: systemClock,
  random: systemRandom,
  apps: [
    {
      name: 'shop',
      machines: [
        { name: 'web-1', region: 'fra', config: { services: [{ autostop: 'suspend', autostart: true }] } },
        { name: 'web-2', region: 'iad', state: 'suspended', config: { checks: { up: { type: 'http' } } } },
        { name: 'worker-1', region: 'fra', ...worker },
        { name: 'worker-2', region: 'fra', ...worker },
        { name: 'worker-3', region: 'iad', ...worker, state: 'started' },
      ],
    },
  ],
  settings: { latencyMs: 60, bootMs: 1_500, stopMs: 900, metricsAccess: 'allowed' },
});
fly.settings.aaa.lifetimeMs = DISCHARGE_LIFE_MS;
const server = await serve(fly);
const token = fly.mintToken({ app: 'shop', actions: 'rC' });
const job = createJob({ secrets: [token], env: { FLY_FLAPS_BASE_URL: server.url } });
const color = process.stdout.isTTY;

say(`An embedded Fly listens at ${server.url}. It has the app \`shop\` with five machines. Its tokens need a discharge,
which here lives ${DISCHARGE_LIFE_MS / 1000} seconds (at Fly: minutes). The job starts.`);
const results = [
  await step('./auth', { token, app: 'shop' }),
  await step('./list', {}),
  await step('./stop-idle', { 'idle-for': '30m', 'dry-run': 'true' }),
  await step('./start', { 'process-group': 'worker', restore: 'true' }),
  await step('./warm-up', { 'process-group': 'app', count: 'fra=1, iad=1', hold: '1h' }),
  await step('./exec', { 'process-group': 'worker', region: 'fra', run: 'echo ready' }),
];
say(`Here the job does its own work, such as integration tests. It takes longer than half of the discharge's life;
after that, a discharge as short as this one is due for renewal.`);
await systemClock.sleep(DISCHARGE_LIFE_MS / 2 + 1_000);
results.push(await step('./restart', { 'process-group': 'worker', region: 'iad', signal: 'SIGTERM' }));
say('The job is over: the post steps run and restore what `start` changed.');
for (const post of await job.post()) {
  results.push(post);
  print('', renderHeading(post, { color }), ...post.log.map(createLineRenderer({ color })));
}

say('Requests that the embedded Fly got, in order:');
for (const { method, path, status } of fly.requests) {
  const shown = path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path;
  print(`  ${method.padEnd(4)} ${shown}  ${status}`);
}
job.end();
await server.close();
const failed = results.filter(({ conclusion }) => conclusion !== 'success').length;
say(failed === 0 ? 'Every step succeeded.' : `${failed} of ${results.length} steps failed.`);
if (failed > 0) process.exitCode = 1;

async function step(uses: string, inputs: Record<string, string>): Promise<StepResult> {
  const line = createLineRenderer({ color });
  print('', renderHeading({ name: `Run ${uses}`, conclusion: 'success' }, { color }));
  // GitHub lists all inputs here, including those that the step didn't set.
  for (const [name, value] of Object.entries(inputs)) print(`    ${name}: ${job.mask(value)}`);
  const result = await job.step({ uses, with: inputs, onLine: (it) => print(line(it)) });
  print(...renderSummary(result.summary));
  if (result.conclusion !== 'success') print(renderHeading(result, { color }), result.stderr);
  return result;
}

function say(text: string): void {
  print('', ...text.split('\n').map((it) => `» ${it}`));
}

function print(...lines: readonly (string | undefined)[]): void {
  for (const it of lines) if (it !== undefined) console.log(it);
}
