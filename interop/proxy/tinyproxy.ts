import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { GoError } from '../go.js';

/** A real proxy on loopback. */
export interface Tinyproxy {
  /** Such as `127.0.0.1:38000`. */
  readonly host: string;
  stop(): Promise<void>;
}

const PROGRAM = 'tinyproxy';
const LIMIT_MS = 10_000;
const PAUSE_MS = 20;

/** For the record: without what differs from one system to the next, such as `tinyproxy 1`. Throws {@link GoError}. */
export function tinyproxyRelease(): string {
  const { error, stdout } = spawnSync(PROGRAM, ['-v'], { encoding: 'utf8' });
  const major = /tinyproxy (\d+)\./.exec(stdout ?? '')?.[1];
  if (major === undefined) {
    const why = error?.message ?? 'it does not tell its version';
    throw new GoError(
      `tinyproxy is needed: install it with \`apt-get install tinyproxy\`, or put it on PATH (${why}).`,
    );
  }
  return `${PROGRAM} ${major}`;
}

/** Starts one, its files in a folder, that asks another proxy for all connections; `lines` go into its configuration. */
export async function startTinyproxy(
  folder: string,
  upstream: string,
  lines: readonly string[] = [],
): Promise<Tinyproxy> {
  tinyproxyRelease();
  const port = await freePort();
  const file = join(folder, `tinyproxy-${port}.conf`);
  const usual = [`Port ${port}`, 'Listen 127.0.0.1', 'Allow 127.0.0.1', `Upstream http ${upstream}`];
  writeFileSync(file, [...usual, 'Timeout 60', ...lines, ''].join('\n'));
  const proxy = spawn(PROGRAM, ['-d', '-c', file], { stdio: 'ignore' });
  // Whatever ends this process, the proxy doesn't outlive it.
  const kill = () => proxy.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(proxy, 'close');
  const stop = async () => {
    kill();
    await ended;
    process.removeListener('exit', kill);
  };
  try {
    await listening(port, () => proxy.exitCode !== null);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: `127.0.0.1:${port}`, stop };
}

/** It can't be told to take any port that is free. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // It listens on a port.
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number, hasEnded: () => boolean): Promise<void> {
  for (let waited = 0; waited < LIMIT_MS && !hasEnded(); waited += PAUSE_MS) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`tinyproxy does not listen on port ${port}`);
}
