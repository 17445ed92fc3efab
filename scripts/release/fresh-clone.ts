import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git } from './git.js';
import { Refusal } from './refusal.js';

/** Makes a clone of a commit that nobody has worked in, hands it to `use`, and removes it whatever happens. */
export async function inFreshClone<T>(
  root: string,
  commit: string,
  use: (clone: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  const clone = join(folder, 'clone');
  try {
    git(root, 'Look at the disk.', 'clone', '--quiet', '--no-checkout', root, clone);
    git(clone, 'Look at the disk.', 'checkout', '--quiet', '-B', 'main', commit);
    return await use(clone);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How a command line is run in a clone. */
export interface Run {
  /** Advice for where it fails. */
  readonly remedy: string;
  /** Ends the command when it is aborted; its reason says by what. */
  readonly stop: AbortSignal;
  /** Variables beside those of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command line as a shell does, with its output for the person who waits, until it has ended. Throws a {@link
 * Refusal} where it fails or is stopped.
 */
export async function runIn(clone: string, command: string, { remedy, stop, env = {} }: Run): Promise<void> {
  const child = spawn(command, {
    cwd: clone,
    env: { ...process.env, ...env },
    shell: true,
    // Progress is no result.
    stdio: ['ignore', 2, 2],
  });
  // Ctrl-C reaches all that runs in the terminal, and `kill` this process alone.
  const end = () => child.kill();
  stop.addEventListener('abort', end);
  if (stop.aborted) end();
  const how = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  }).finally(() => stop.removeEventListener('abort', end));
  if (stop.aborted)
    throw new Refusal([`${stop.reason} stopped \`${command}\`. Release again when you like.`]);
  if (how !== 0)
    throw new Refusal([
      `\`${command}\`, in a fresh clone, ended with ${how}; its output is above. ${remedy}`,
    ]);
}
