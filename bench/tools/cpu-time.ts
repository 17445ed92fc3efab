import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requiring } from '../../runner/requiring.js';
import { ROOT } from './node-binary.js';

/** A record of the CPU time that processes take: their own work, without waiting. */
export interface CpuTime {
  /** Variables for the processes to measure. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Returns the milliseconds of all threads of each process that has ended so far, in the order of their ends.
   */
  ms(): number[];
  /** Deletes the record. */
  end(): void;
}

/** Starts a record by means of a short script that Node loads first, together with `others`. */
export function measureCpuTime(others = ''): CpuTime {
  const folder = mkdtempSync(join(tmpdir(), 'cpu-time-'));
  const file = join(folder, 'microseconds');
  const ours = requiring(join(ROOT, 'bench', 'scripts', 'cpu-time.cjs'));
  return {
    env: { NODE_OPTIONS: `${others} ${ours}`.trim(), CPU_TIME_FILE: file },
    ms: () =>
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => Number(line) / 1_000),
    end: () => rmSync(folder, { recursive: true }),
  };
}
