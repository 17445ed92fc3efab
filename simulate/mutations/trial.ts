import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Ending, endingOf, toldIn } from './ending.js';
import type { Mutation } from './mutation.js';
import type { SoundProject } from './sound.js';

/** Simulation to run in a copy of the project. */
export interface Trial {
  readonly folder: string;
  readonly jobs: number;
  readonly seed: number;
  /** Text that the scripts of its jobs hold; undefined: any. */
  readonly only: string | undefined;
  readonly sweep: Mutation['sweep'];
  readonly sound: SoundProject;
}

/** Fortnights in which a mistake has to show: each takes as long as hundreds of jobs. */
const FORTNIGHTS = 6;
/** Longest time of one job or fortnight, in milliseconds: they take milliseconds and seconds, and many times that beside other work. */
const HANGS_AFTER_MS = { jobs: 180_000, fortnights: 900_000 };

/** Simulations that are under way. */
const underWay = new Set<ChildProcess>();

/** Runs a simulation until a checker tells of what the sound project does not have, and says how it ended. */
export async function simulated({ folder, jobs, seed, only = '', sweep, sound }: Trial): Promise<Ending> {
  const many = sweep === undefined ? jobs : FORTNIGHTS;
  const which = ['--jobs', `${many}`, '--seed', `${seed}`, '--only', only, '--sweep', sweep ?? 'jobs'];
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulate/mutations/child.ts', ...which], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  underWay.add(child);
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    rest += text;
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  let isSilent = false;
  const watch = setTimeout(
    () => {
      isSilent = true;
      child.kill('SIGKILL');
    },
    HANGS_AFTER_MS[sweep ?? 'jobs'],
  );
  try {
    for await (const line of createInterface(child.stdout)) {
      watch.refresh();
      const told = toldIn(line);
      for (const { check, what } of told?.findings ?? [])
        if (told !== undefined && !(await sound.breaks(told.number, check, sweep)))
          return { kind: 'found', check, what, job: told.number };
    }
    return endingOf(rest, { code: await closed, isSilent });
  } finally {
    clearTimeout(watch);
    child.kill('SIGKILL');
    await closed;
    underWay.delete(child);
  }
}

/** Ends all simulations that are under way. */
export function endAll(): void {
  for (const child of underWay) child.kill('SIGKILL');
}
