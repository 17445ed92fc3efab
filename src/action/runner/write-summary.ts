import { asActionError } from '../../errors.js';
import type { Log } from './log.js';
import type { Runner } from './runner.js';

/** Writes to the job summary and returns whether that worked. It is for people to read: a failure is a warning. */
export function writeSummary(
  markdown: string,
  { log, runner }: { readonly log: Log; readonly runner: Pick<Runner, 'appendSummary'> },
): boolean {
  try {
    runner.appendSummary(markdown);
    return true;
  } catch (error) {
    log.warning(`The job summary could not be written: ${asActionError(error).message}`);
    return false;
  }
}
