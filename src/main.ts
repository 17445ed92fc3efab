import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { post as runPost } from './action/post.js';
import { run } from './action/run.js';
import { readFlyToml } from './action/runner/fly-toml.js';
import { runnerLog } from './action/runner/log.js';
import { fileRunner } from './action/runner/runner.js';
import { systemClock } from './clock.js';
import type { CommandName } from './command-table.js';
import { cancelSignal, leaveSoon, unheard, whenUnheard } from './ending.js';
import { nodeTransport } from './http/node-transport.js';

const USER_AGENT = 'fly-machines-action';

/** Runs a step in this process; the exit code is 1 until it is known that the step succeeded. */
export async function main(command?: CommandName): Promise<void> {
  process.exitCode = 1;
  stayLean();
  const { env } = process;
  const cancelled = cancelSignal(process);
  whenUnheard(process, (error) => cancelled.abort(unheard(error)));
  const transport = nodeTransport(USER_AGENT, env);
  const temp = env['RUNNER_TEMP'] || undefined;
  const succeeded = await run(command, {
    env,
    log: runnerLog,
    runner: fileRunner(env),
    clock: systemClock,
    transport,
    jitter: Math.random,
    unique: randomUUID,
    cancelled: cancelled.signal,
    temp,
    scratch: temp ?? tmpdir(),
    flyToml: () => readFlyToml(join(env['GITHUB_WORKSPACE'] ?? '.', 'fly.toml')),
  });
  transport.close();
  if (succeeded) process.exitCode = 0;
  leaveSoon(process, cancelled.signal);
}

/** Runs the post step in this process; whatever happens, the job doesn't turn red for it. */
export async function postMain(): Promise<void> {
  const { env } = process;
  const { signal } = cancelSignal(process);
  // Machines are put back even if the output can't be written any more.
  whenUnheard(process, () => undefined);
  process.on('uncaughtException', (error) => {
    // The other work goes on: machines that are being put back matter more than a clean end, and the deadline still ends it.
    runnerLog.warning(`Something went wrong at the job's end: ${error.message}`);
    process.exitCode = 0;
  });
  const transport = nodeTransport(USER_AGENT, env);
  await runPost({
    env,
    transport,
    cancelled: signal,
    log: runnerLog,
    runner: fileRunner(env),
    clock: systemClock,
    jitter: Math.random,
    temp: env['RUNNER_TEMP'] || undefined,
  });
  transport.close();
  leaveSoon(process, signal);
}

/**
 * Lets the collector work earlier: left alone, it doubles the space for what is new up to 64 MB when a thousand machines are
 * under way, while all that lives is a tenth of that. Both flags are read at each collection, in Node 20 and 24.
 */
function stayLean(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=60');
}
