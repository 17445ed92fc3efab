import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { CommandName } from './action/commands.js';
import { readFlyToml } from './action/fly-toml.js';
import { runnerLog } from './action/log.js';
import { post as runPost } from './action/post.js';
import { run } from './action/run.js';
import { fileRunner } from './action/runner.js';
import { systemClock } from './clock.js';
import { ActionError } from './errors.js';
import { nodeTransport } from './http/node-transport.js';

const USER_AGENT = 'fly-machines-action';
/** How long a process that has nothing to do any more may stay for what others left open. */
const LINGER_MS = 1_000;

/** Runs a step in this process; the exit code is 1 until it is known that the step succeeded. */
export async function main(command?: CommandName): Promise<void> {
  process.exitCode = 1;
  stayLean();
  const { env } = process;
  const cancelled = cancelSignal();
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
    cancelled,
    temp,
    scratch: temp ?? tmpdir(),
    flyToml: () => readFlyToml(join(env['GITHUB_WORKSPACE'] ?? '.', 'fly.toml')),
  });
  transport.close();
  if (succeeded) process.exitCode = 0;
  leaveSoon();
}

/** Runs the post step in this process; whatever happens, the job doesn't turn red for it. */
export async function post(): Promise<void> {
  const { env } = process;
  process.on('uncaughtException', (error) => {
    runnerLog.warning(`The post step broke off: ${error.message}`);
    process.exit(0);
  });
  const transport = nodeTransport(USER_AGENT, env);
  await runPost({
    ...{ env, transport, cancelled: cancelSignal() },
    log: runnerLog,
    runner: fileRunner(env),
    clock: systemClock,
    jitter: Math.random,
    temp: env['RUNNER_TEMP'] || undefined,
  });
  transport.close();
  leaveSoon();
}

/**
 * Lets the collector work earlier: left alone, it doubles the space for what is new up to 64 MB when a thousand machines are
 * under way, while all that lives is a tenth of that. Both flags are read at each collection, in Node 20 and 24.
 */
function stayLean(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=60');
}

/** Aborts as soon as the runner wants this process gone. */
function cancelSignal(): AbortSignal {
  const cancelled = new AbortController();
  const cancel = () => cancelled.abort(new ActionError('cancelled', 'the job was cancelled'));
  process.on('SIGINT', cancel).on('SIGTERM', cancel);
  return cancelled.signal;
}

/** A proxy that leaves a connection half open holds it where nothing of ours can close it. */
function leaveSoon(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
