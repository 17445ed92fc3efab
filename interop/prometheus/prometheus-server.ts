import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { prometheusBinaries } from './prometheus-binaries.js';

/** A Prometheus on this computer that knows the given samples and scrapes nothing. */
export interface PrometheusServer {
  /** URL of its API, at the same path as Fly's. */
  readonly url: URL;
  /** Release for the record, without parts that differ between systems, such as `Prometheus 2`. */
  readonly release: string;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/** Fly's path for an organization. */
const PATH = '/prometheus/my-org/';
const LIMIT_MS = 60_000;

/** Writes samples, OpenMetrics in pieces, into the database of a real Prometheus and starts it on loopback. */
export async function startPrometheus(openMetrics: Iterable<string>): Promise<PrometheusServer> {
  const { prometheus, promtool, version } = prometheusBinaries();
  const release = `Prometheus ${version.split('.', 1)[0]}`;
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  try {
    const data = join(folder, 'data');
    backfill(promtool, join(folder, 'samples.txt'), data, openMetrics);
    const config = join(folder, 'prometheus.yml');
    writeFileSync(config, 'global: {}\n');
    const server = spawn(
      prometheus,
      [
        ...[`--config.file=${config}`, `--storage.tsdb.path=${data}`, '--web.listen-address=127.0.0.1:0'],
        `--web.external-url=http://127.0.0.1${PATH}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    // The server must not outlive this process, however it ends.
    const kill = () => server.kill('SIGKILL');
    process.once('exit', kill);
    const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
    const stop = async () => {
      server.kill();
      await ended;
      process.removeListener('exit', kill);
      clear();
    };
    try {
      return { url: new URL(PATH, `http://${await whenListening(server, server.stderr)}`), release, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    clear();
    throw error;
  }
}

function backfill(promtool: string, file: string, data: string, openMetrics: Iterable<string>): void {
  writeFileSync(file, '');
  for (const text of openMetrics) appendFileSync(file, text);
  appendFileSync(file, '# EOF\n');
  const args = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, data];
  const { status, stderr, error } = spawnSync(promtool, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool could not make blocks: ${error?.message ?? stderr}`);
  rmSync(file);
}

/** Resolves to the address that it chose, once it answers; the log tells both, in either order. */
function whenListening(server: ChildProcess, log: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let address: string | undefined;
    let isReady = false;
    const all: string[] = [];
    const fail = (what: string) => reject(new Error(`prometheus ${what}: ${all.slice(-3).join('\n')}`));
    const late = setTimeout(() => fail('did not get ready within a minute'), LIMIT_MS);
    createInterface(log).on('line', (line) => {
      all.push(line);
      address ??= /"Listening on" address=(\S+)/.exec(line)?.[1];
      isReady ||= line.includes('ready to receive web requests');
      if (address === undefined || !isReady) return;
      clearTimeout(late);
      resolve(address);
    });
    server.once('error', reject);
    server.once('close', () => {
      clearTimeout(late);
      fail('ended before it answered');
    });
  });
}
