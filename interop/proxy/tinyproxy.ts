import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { GoError } from '../go.js';

/** A real proxy on loopback. */
export interface Tinyproxy {
  /** Address such as `127.0.0.1:38000`. */
  readonly host: string;
  stop(): Promise<void>;
}

const PROGRAM = 'tinyproxy';
const LIMIT_MS = 10_000;
const PAUSE_MS = 20;

/**
 * Returns the release for the record, without parts that differ between systems, such as `tinyproxy 1`. Throws
 * {@link GoError}.
 */
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

/**
 * Starts a proxy with its files in a folder. It passes all connections to another proxy; `lines` go into its
 * configuration.
 */
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
  // The proxy must not outlive this process, however it ends.
  const kill = () => proxy.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(proxy, 'close');
  const stop = async () => {
    kill();
    await ended;
    process.removeListener('exit', kill);
  };
  try {
    await whenListening(port, () => proxy.exitCode !== null);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: `127.0.0.1:${port}`, stop };
}

/** Finds a free port, because tinyproxy can't choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // The cast is safe: it listens on a port.
  server.close();
  await once(server, 'close');
  return port;
}

async function whenListening(port: number, hasEnded: () => boolean): Promise<void> {
  for (let waited = 0; waited < LIMIT_MS && !hasEnded(); waited += PAUSE_MS) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`tinyproxy did not listen on port ${port} in time`);
}
