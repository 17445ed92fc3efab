import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Result of one command; its output is not masked. */
export interface CliResult {
  readonly args: readonly string[];
  /** Exit code; -1 when it took too long and was ended. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Token in place of the one that the CLI was created with. */
  readonly token?: string;
  readonly stdin?: string;
  /** Longest time for the command, in place of two minutes. */
  readonly patienceMs?: number;
}

/** Fly's CLI with a home of its own. */
export interface FlyCli {
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Deletes its home. */
  end(): void;
}

/** Longest time for one command, unless it is given another: the CLI itself tries for a minute to get a lease. */
const PATIENCE_MS = 120_000;
// Titles are bold even with NO_COLOR.
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's codes begin with this character.
const TERMINAL_CODES = /\u001b\[[\d;]*m/g;

/**
 * Creates a CLI whose APIs are both at `url`. Requests to any other host go to `proxy`. It checks for no
 * updates and no incidents, and reports no metrics.
 */
export function createFlyCli(setup: {
  readonly binary: string;
  readonly url: string;
  readonly proxy: string;
  readonly token: string;
}): FlyCli {
  const home = mkdtempSync(join(tmpdir(), 'flyctl-'));
  const env = {
    HOME: home,
    FLY_CONFIG_DIR: join(home, '.fly'),
    PATH: process.env['PATH'] ?? '',
    FLY_FLAPS_BASE_URL: setup.url,
    FLY_API_BASE_URL: setup.url,
    // Go's client never uses a proxy for a loopback address.
    HTTP_PROXY: setup.proxy,
    HTTPS_PROXY: setup.proxy,
    FLY_NO_UPDATE_CHECK: '1',
    FLY_NO_INCIDENTS_CHECK: '1',
    FLY_SEND_METRICS: '0',
    CI: 'true',
    NO_COLOR: '1',
  };
  return {
    run: (args, { token = setup.token, stdin = '', patienceMs = PATIENCE_MS } = {}) =>
      run(setup.binary, {
        args,
        stdin,
        cwd: home,
        env: { ...env, FLY_API_TOKEN: token },
        timeout: patienceMs,
      }),
    end: () => rmSync(home, { recursive: true }),
  };
}

function run(
  binary: string,
  {
    args,
    stdin,
    ...options
  }: { args: readonly string[]; stdin: string; cwd: string; env: NodeJS.ProcessEnv; timeout: number },
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { ...options, killSignal: 'SIGKILL' });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({
        args,
        exitCode: code ?? -1,
        stdout: said.stdout.replaceAll(TERMINAL_CODES, ''),
        stderr: said.stderr.replaceAll(TERMINAL_CODES, ''),
      }),
    );
    // A command that ends before it has read all of it closes the pipe; its exit code says whether that is
    // fine.
    child.stdin.once('error', () => undefined).end(stdin);
  });
}
