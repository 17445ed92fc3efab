import { spawnSync } from 'node:child_process';
import { Refusal } from './refusal.js';

/** End of one call of git. */
export interface GitAnswer {
  /** Exit code, or the signal that ended it. */
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  /** Words of git for people, without the last line's end. */
  readonly said: string;
}

/** Runs git in a repository and returns how that ended, well or not. Throws only where git can't be started. */
export function askGit(root: string, ...args: readonly string[]): GitAnswer {
  const { error, status, signal, stdout, stderr } = spawnSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    // Named, since Jest keeps the variables that a test sets from what names none.
    env: process.env,
  });
  if (error !== undefined) throw error;
  return { status: status ?? signal, stdout, said: [stdout, stderr].join('').trim() };
}

/** Returns what git prints, without the last line's end. Throws a {@link Refusal}, ending in `remedy`, where git fails. */
export function git(root: string, remedy: string, ...args: readonly string[]): string {
  const { status, stdout, said } = askGit(root, ...args);
  if (status !== 0) throw new Refusal([`\`git ${args.join(' ')}\` ended with ${status}: ${said} ${remedy}`]);
  return stdout.trimEnd();
}
