import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Ending, endingOf, toldIn } from './ending.js';
import type { SoundProject } from './sound.js';

/** Simulation to run in a copy of the project. */
export interface Trial {
  readonly folder: string;
  readonly jobs: number;
  readonly seed: number;
  readonly sound: SoundProject;
  /** Time in milliseconds after which it counts as hanging. */
  readonly limitMs: number;
}

/** Simulations that are under way. */
const underWay = new Set<ChildProcess>();

/** Runs a simulation until a checker tells of what the sound project does not have, and says how it ended. */
export async function simulated({ folder, jobs, seed, sound, limitMs }: Trial): Promise<Ending> {
  const args = ['--import', 'tsx', 'simulate/mutations/child.ts', '--jobs', `${jobs}`, '--seed', `${seed}`];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  underWay.add(child);
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    rest += text;
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limitMs);
  try {
    for await (const line of createInterface(child.stdout)) {
      const told = toldIn(line);
      for (const { check, what } of told?.findings ?? [])
        if (told !== undefined && !(await sound.breaks(told.number, check)))
          return { kind: 'found', check, what, job: told.number };
    }
    return endingOf(rest, { code: await closed, isLate });
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await closed;
    underWay.delete(child);
  }
}

/** Ends all simulations that are under way. */
export function endAll(): void {
  for (const child of underWay) child.kill('SIGKILL');
}
