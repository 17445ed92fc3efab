import { openDeadEnd } from '../interop/flyctl/dead-end.js';
import { createFlyCli, type FlyCli } from '../interop/flyctl/fly-cli.js';
import { flyctlBinary, GoError } from '../interop/go.js';
import { flyctlRestart } from './flyctl-restart.js';
import { type EmulatorProcess, startEmulator } from './tools/emulator-process.js';
import { type Figure, withoutTarget } from './tools/figure.js';
import { seconds, succeed, timeStep } from './tools/sides.js';

const APP = 'my-app';
const MACHINES = 50;
const LATENCY_MS = 80;
const BOOT_MS = 2_000;
const STOP_MS = 400;
const WHAT = `${MACHINES} machines started, waited for, stopped and waited for`;

/** Times of one side, in milliseconds. */
interface Times {
  readonly start: number;
  readonly stop: number;
}

interface CliTimes extends Times {
  /** Time after the start until all machines were there. */
  readonly wait: number;
}

/** Measures the same work by Fly's own CLI and by our steps. Reports it as left out when the CLI can't be built. */
export async function flyctl(): Promise<Figure[]> {
  let binary: string;
  try {
    binary = flyctlBinary();
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    return [withoutTarget("steps, compared with Fly's CLI", 'left out', error.message)];
  }
  return [await startAndStop(binary), ...(await flyctlRestart(binary))];
}

/** Measures whole processes, once each. */
async function startAndStop(binary: string): Promise<Figure> {
  // Without rate limits: each command of the CLI reads the app again, which they would slow down.
  const emulator = await startEmulator([
    ...['--app', `${APP}=worker*${MACHINES}:stopped`, '--token-discharge', '--rate-limits', 'off'],
    ...['--latency', `${LATENCY_MS}ms`, '--boot', `${BOOT_MS}ms`, '--stop', `${STOP_MS}ms`],
  ]);
  const deadEnd = await openDeadEnd();
  const cli = createFlyCli({ binary, url: emulator.url, proxy: deadEnd.url, token: emulator.token });
  try {
    const before = emulator.requestLines().length;
    const ours = {
      start: await startOrStop(emulator, './start'),
      stop: await startOrStop(emulator, './stop'),
    };
    const between = emulator.requestLines().length;
    const theirs = await timeCli(cli, await idsOf(cli));
    const requests = { ours: between - before, theirs: emulator.requestLines().length - between };
    return compareTimes(ours, theirs, requests);
  } finally {
    cli.end();
    await deadEnd.close();
    await emulator.close();
  }
}

function startOrStop({ url, token }: EmulatorProcess, uses: './start' | './stop'): Promise<number> {
  return timeStep(url, { uses, with: { token, app: APP, machines: 'all' } });
}

/**
 * Measures the CLI. Its start doesn't wait, and its wait takes one machine; its stop waits if told to, for one
 * machine after another.
 */
async function timeCli(cli: FlyCli, ids: readonly string[]): Promise<CliTimes> {
  const begin = performance.now();
  await succeed(cli, ['machine', 'start', ...ids, '-a', APP]);
  const sent = performance.now();
  for (const id of ids) await succeed(cli, ['machine', 'wait', id, '--state', 'started', '-a', APP]);
  const there = performance.now();
  await succeed(cli, ['machine', 'stop', ...ids, '-w', '60s', '-a', APP]);
  return { start: sent - begin, wait: there - sent, stop: performance.now() - there };
}

async function idsOf(cli: FlyCli): Promise<string[]> {
  const ids = (await succeed(cli, ['machine', 'list', '-q', '-a', APP])).trim().split(/\s+/);
  if (ids.length !== MACHINES) throw new Error(`The CLI lists ${ids.length} machines, not ${MACHINES}.`);
  return ids;
}

function compareTimes(ours: Times, theirs: CliTimes, requests: { ours: number; theirs: number }): Figure {
  const ratio = (theirs.start + theirs.wait + theirs.stop) / (ours.start + ours.stop);
  return withoutTarget(
    `${WHAT}, compared with Fly's CLI`,
    `the CLI takes ${ratio.toFixed(1)} times as long as two steps`,
    `One run, latency ${seconds(LATENCY_MS)}, boot ${seconds(BOOT_MS)}, stop ${seconds(STOP_MS)}, no rate limits. Steps: start ${seconds(ours.start)} and stop ` +
      `${seconds(ours.stop)}, each waiting by itself. The CLI: one \`machine start\` with all ids, which takes all leases and starts one after ` +
      `another, ${seconds(theirs.start)}, then a \`machine wait\` for each in turn, ${seconds(theirs.wait)}; one \`machine stop -w\` with all ids, which waits for one after ` +
      `another, ${seconds(theirs.stop)}. Requests: ${requests.ours} and ${requests.theirs}`,
  );
}
