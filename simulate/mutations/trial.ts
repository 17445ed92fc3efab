import { type ChildProcess, spawn } from 'node:child_process';
import { type Ending, endingOf } from './ending.js';

/** Simulation to run in a copy of the project. */
export interface Trial {
  readonly folder: string;
  readonly jobs: number;
  readonly seed: number;
  /** Time in milliseconds after which it counts as hanging. */
  readonly limitMs: number;
}

/** Simulations that are under way. */
const underWay = new Set<ChildProcess>();

/** Runs a simulation until its first finding, and says how it ended. */
export function simulated({ folder, jobs, seed, limitMs }: Trial): Promise<Ending> {
  const args = ['--import', 'tsx', 'simulate/simulate.ts', '--jobs', `${jobs}`, '--seed', `${seed}`];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  underWay.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      underWay.delete(child);
      resolve(endingOf(output, { code, isLate }));
    });
  });
}

/** Ends all simulations that are under way. */
export function endAll(): void {
  for (const child of underWay) child.kill('SIGKILL');
}
