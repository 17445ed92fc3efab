import type { Masker } from '../log/masker.js';
import type { StepLog } from '../log/step-log.js';
import { readFileCommand } from './file-commands.js';

/** Size limit of one step's summary, in bytes. */
export const SUMMARY_LIMIT = 1024 * 1024;

/**
 * Reads the markdown of a step as GitHub gets it, masked line by line; empty when there is none. A summary that
 * is too large is dropped with an error in the log, which leaves the step's conclusion alone.
 */
export function readSummary(path: string, masker: Masker, log: StepLog): string {
  const text = readFileCommand(path);
  if (text === '') return '';
  const bytes = Buffer.byteLength(text);
  if (bytes > SUMMARY_LIMIT) {
    const [limit, got] = [SUMMARY_LIMIT, bytes].map((size) => Math.floor(size / 1024));
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
