import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './node-binary.js';

/** Writes down how much memory processes take at their most. */
export interface PeakMemory {
  /** For the processes that are to be measured; all that is Node's among their children is measured as well. */
  readonly env: Readonly<Record<string, string>>;
  /** Resident, in megabytes (10^6), of every process that has ended so far, in the order in which they ended. */
  megabytes(): number[];
  /** Deletes what was written down. */
  end(): void;
}

/** Measures by a script of a few lines that Node loads first. */
export function measurePeakMemory(): PeakMemory {
  const folder = mkdtempSync(join(tmpdir(), 'peak-memory-'));
  const file = join(folder, 'bytes');
  return {
    env: {
      NODE_OPTIONS: `--require "${join(ROOT, 'bench', 'scripts', 'peak-memory.cjs')}"`,
      PEAK_MEMORY_FILE: file,
    },
    megabytes: () =>
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => Number(line) / 1e6),
    end: () => rmSync(folder, { recursive: true }),
  };
}
