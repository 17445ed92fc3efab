import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';

/** Runs a program to its end and returns what it prints. Throws with its words where it fails. */
export function run(cwd: string, program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Runs lines as a person types them, with the programs of a folder before all others. */
export function runLines(cwd: string, lines: string, programs: string, env: NodeJS.ProcessEnv = {}): string {
  const PATH = [programs, process.env['PATH']].join(delimiter);
  return execFileSync('bash', ['-euo', 'pipefail', '-c', lines], {
    cwd,
    env: { ...process.env, ...env, PATH },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
