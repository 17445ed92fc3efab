import { asActionError } from '../../errors.js';
import type { Log } from './log.js';
import type { Runner } from './runner.js';

/** Writes to the job summary. It is for people to read: that it can't be written is a warning. Whether it was. */
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
