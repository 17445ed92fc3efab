import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from './node-binary.js';

/** An emulator in a process of its own, which takes no CPU time from the measuring one. */
export interface EmulatorProcess {
  readonly url: string;
  /** Token for all of the emulator's apps, in the form that `fly tokens create` prints. */
  readonly token: string;
  /** Returns a line for each request so far, as `npm run emulator` prints them. */
  requestLines(): string[];
  close(): Promise<void>;
}

const READY = 'Requests:\n';

/**
 * Starts the emulator with arguments of its command line, on any free port. Rejects with its complaints when it
 * doesn't start.
 */
export async function startEmulator(args: readonly string[]): Promise<EmulatorProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'emulator/cli.ts', '--port', '0', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let output = '';
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes(READY)) resolve();
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`The emulator ended before it was ready: ${complaints}`)));
  });
  return {
    url: findIn(/FLY_FLAPS_BASE_URL=(\S+)/, output),
    token: findIn(/FLY_API_TOKEN='([^']+)'/, output),
    requestLines: () =>
      output
        .slice(output.indexOf(READY) + READY.length)
        .split('\n')
        .filter((line) => line !== ''),
    async close() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

function findIn(pattern: RegExp, text: string): string {
  const value = pattern.exec(text)?.[1];
  if (value === undefined) throw new Error(`The emulator's greeting doesn't match ${pattern}.`);
  return value;
}
