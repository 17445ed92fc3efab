import { readFileCommand } from './file-commands.js';
import type { Masker } from './masker.js';
import type { StepLog } from './step-log.js';

/** The largest summary of one step, in bytes. */
export const summaryLimit = 1024 * 1024;

/**
 * The markdown of a step as GitHub gets it, masked line by line; empty when there is none.
 * One that is too large is dropped with an error in the log, which leaves the step's conclusion alone.
 */
export function readSummary(path: string, masker: Masker, log: StepLog): string {
  const text = readFileCommand(path);
  if (text === '') return '';
  const bytes = Buffer.byteLength(text);
  if (bytes > summaryLimit) {
    const [limit, got] = [summaryLimit, bytes].map((size) => Math.floor(size / 1024));
    log.annotate(
      'error',
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${limit}k, got ${got}k.`,
    );
    return '';
  }
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${masker.mask(line)}\n`).join('');
}
