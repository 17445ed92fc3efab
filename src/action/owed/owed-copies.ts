import { findRestoreFiles } from '../../discharge/restore-file.js';
import type { Files } from '../../files/files.js';
import { parseBundle } from '../../macaroon/bundle.js';
import { count, formatTime } from '../../text.js';
import type { Job } from '../access/job.js';
import { endOfAllParts } from './restore-copy.js';

/**
 * Warns a job that narrows its session of the tokens that steps with `restore` have left whole for their posts: for how
 * many machines, and until when. Undefined if there are none.
 */
export function wholeCopies(job: Job, files: Files): string | undefined {
  // Without a key of the job, only their posts can tell whether these files are what they say.
  const found = findRestoreFiles(job.isBound ? job.ownFiles(files) : files);
  const whole = found.flatMap(({ job: words, wholeFor = 0, token }) => {
    const end = words === job.words && wholeFor > 0 ? endOfCopy(token) : undefined;
    return end === undefined ? [] : [{ wholeFor, end }];
  });
  if (whole.length === 0) return undefined;
  const machines = whole.reduce((sum, { wholeFor }) => sum + wholeFor, 0);
  const end = Math.max(...whole.map((it) => it.end));
  const until = Number.isFinite(end) ? `end at ${formatTime(end)}` : 'last as long as the token does';
  const owed = `${count(machines, 'machine')} of this job ${machines === 1 ? 'is' : 'are'} to be put back`;
  return `${owed} with tokens that can't be narrowed: what \`restore\` has kept whole (${count(whole.length, 'file')} in RUNNER_TEMP) stays until the job's end has put them back. Its tokens ${until}; anyone who reads it may do all that they allow.`;
}

/** Returns when a copy's token ends in Unix ms, infinite if never; undefined for text that is no token, so no step's. */
function endOfCopy(token: string): number | undefined {
  try {
    return endOfAllParts(parseBundle(token));
  } catch {
    return undefined;
  }
}
