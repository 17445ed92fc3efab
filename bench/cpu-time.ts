import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './node-binary.js';

/** Writes down how much CPU time processes take: their own work, without what they wait for. */
export interface CpuTime {
  /** For the processes that are to be measured. */
  readonly env: Readonly<Record<string, string>>;
  /** All threads together, in milliseconds, of every process that has ended so far, in the order in which they ended. */
  ms(): number[];
  /** Deletes what was written down. */
  end(): void;
}

/** Measures by a script of a few lines that Node loads first, beside what others have it load. */
export function measureCpuTime(others = ''): CpuTime {
  const folder = mkdtempSync(join(tmpdir(), 'cpu-time-'));
  const file = join(folder, 'microseconds');
  const ours = `--require "${join(ROOT, 'bench', 'scripts', 'cpu-time.cjs')}"`;
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
