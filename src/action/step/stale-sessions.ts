import { type FileMark, markIn } from '../../discharge/job-session.js';
import { restoreNames } from '../../discharge/restore-file.js';
import type { Files } from '../../files/files.js';
import { count } from '../../text.js';
import type { Step } from './step.js';

const ATTEMPT = /^(.*, run \d+), attempt (\d+), job /;

/** Removes what jobs that are over have left of sessions and for posts: each file holds a token. One that can't be removed is no trouble. */
export function removeStale(
  { job, connection, log }: Pick<Step, 'job' | 'connection' | 'log'>,
  files: Files,
): void {
  const names = [...job.survey(files).foreign, ...restoreNames(files)];
  const removed = names.filter((name) => {
    if (!isOver(markIn(files.read(name).text ?? ''), job.words, connection.now())) return false;
    try {
      files.remove(name);
      return true;
    } catch (error) {
      log.debug(`${name} could not be removed: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  });
  if (removed.length > 0)
    log.notice(
      `Removed ${count(removed.length, 'file')} with tokens that earlier jobs have left in RUNNER_TEMP: ${removed.join(', ')}.`,
    );
}

/** Returns whether a job's time is over, or it is of an earlier attempt of the same run: the next begins once that has ended. */
function isOver(left: FileMark | undefined, words: string, now: number): boolean {
  const [, run, attempt] = ATTEMPT.exec(left?.job ?? '') ?? [];
  const [, ourRun, ourAttempt] = ATTEMPT.exec(words) ?? [];
  const isEarlier = run !== undefined && run === ourRun && Number(attempt) < Number(ourAttempt);
  return isEarlier || (left !== undefined && left.until < now);
}
