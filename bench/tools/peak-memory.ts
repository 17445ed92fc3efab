import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requiring } from '../../runner/requiring.js';
import { ROOT } from './node-binary.js';

/** A record of the peak memory of processes. */
export interface PeakMemory {
  /** Variables for the processes to measure; their children that run Node are measured as well. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Returns the resident megabytes (10^6) of each process that has ended so far, in the order of their ends.
   */
  megabytes(): number[];
  /** Deletes the record. */
  end(): void;
}

/** Starts a record by means of a short script that Node loads first. */
export function measurePeakMemory(): PeakMemory {
  const folder = mkdtempSync(join(tmpdir(), 'peak-memory-'));
  const file = join(folder, 'bytes');
  return {
    env: {
      NODE_OPTIONS: requiring(join(ROOT, 'bench', 'scripts', 'peak-memory.cjs')),
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
