import { withTimeout } from '../../clock.js';
import { allOf } from '../../commands/restore/case.js';
import type { RestoreTools } from '../../commands/restore/restore.js';
import { restore } from '../../commands/restore/restore.js';
import type { CommandResult } from '../../commands/result/result.js';
import { Deadline } from '../../deadline.js';
import type { Discharge } from '../../discharge/discharges.js';
import { withDischarges } from '../../discharge/job-session.js';
import { readRestoreFile, removeRestoreFile } from '../../discharge/restore-file.js';
import { type ReadSession, writeSession } from '../../discharge/session-file.js';
import { ActionError, asActionError } from '../../errors.js';
import type { Files } from '../../files/files.js';
import { count, formatDuration } from '../../text.js';
import { connect } from '../access/connect.js';
import { Job } from '../access/job.js';
import type { StepAccess } from '../access/step-access.js';
import { runnerProgress } from '../report/progress.js';
import type { PostShell } from './post-shell.js';
import { readHead, readHolds, readMachines } from './read-record.js';
import { notTaken, restoreAccess } from './restore-access.js';
import { reportRestore } from './restore-report.js';

/** A cancelled job is given five minutes for all of its posts. */
export const RESTORE_LIMIT_MS = 240_000;
/** The title of a warning that nothing was. */
export const NOT_PUT_BACK = 'fly: not put back';
const MAX_CONCURRENT = 20;

/** How far one post goes. */
export interface RestoreLimits {
  readonly limitMs?: number;
  /** Whether no other post of the job tries again what this one could not do; asked when it is over. */
  readonly isLast?: () => boolean;
  /** Whether a key that no file could tell has signed the state. */
  readonly isVouched?: boolean;
}

/**
 * Puts back what a step changed, as the state in `env` tells, and reports it; whether that needs no second try. Undefined
 * where another try may find what this one could not read. Throws where nothing could be tried.
 */
export async function restoreStep(
  shell: PostShell,
  { limitMs = RESTORE_LIMIT_MS, isLast = () => true, isVouched = true }: RestoreLimits = {},
): Promise<boolean | undefined> {
  const { env, files, log } = shell;
  const head = readHead(env);
  if (head === undefined) return true;
  if (files === undefined) throw new ActionError('input', 'RUNNER_TEMP is not set any more');
  const own = head.own === undefined ? undefined : readRestoreFile(Job.inPost(env).ownFiles(files), head.own);
  if (head.own !== undefined && own?.unread === true) {
    log.warning(notTaken(head.own, own).line, NOT_PUT_BACK);
    // It stays: there is no other copy.
    return undefined;
  }
  let isWhole = false;
  try {
    isWhole = await restoreRecord({ head, own, limitMs, isVouched }, { ...shell, files });
    return isWhole;
  } finally {
    // Last, since it is the only copy.
    if (head.own !== undefined && (isWhole || isLast())) {
      try {
        removeRestoreFile(files, head.own);
      } catch (error) {
        log.warning(
          `The file ${head.own} with this step's token could not be removed from RUNNER_TEMP: ${asActionError(error).message}`,
        );
      }
    }
  }
}

interface Restoring {
  readonly head: NonNullable<ReturnType<typeof readHead>>;
  /** What was read of the file that the step left for its post. */
  readonly own: ReadSession | undefined;
  readonly limitMs: number;
  readonly isVouched: boolean;
}

async function restoreRecord(
  { head, own, limitMs, isVouched }: Restoring,
  shell: PostShell & { readonly files: Files },
): Promise<boolean> {
  const { env, log, clock, cancelled } = shell;
  const start = clock.now();
  const record = { ...head, machines: readMachines(env, head), holds: readHolds(env) };
  const all = allOf(record);
  const apps = [...new Set(all.map(({ app }) => app))];
  const access = restoreAccess({ head, own, apps, isVouched }, shell);
  log.info(
    `Token from ${access.source}, ${count(all.length, 'machine')} that \`${head.command}\` changed${record.holds.length > 0 ? ' or held' : ''}, host ${access.apiUrl.host}`,
  );
  const late = () =>
    new ActionError(
      'timeout',
      `not done within ${formatDuration(RESTORE_LIMIT_MS)}, which is all a post step takes`,
      {
        hint: 'Look at the machine; it may still come to be as it was.',
      },
    );
  const result = await withTimeout({ clock, signal: cancelled, ms: limitMs, late }, (signal) =>
    putBack({ access, own: head.own, signal }, shell, (tools) => restore(record, tools)),
  );
  for (const warning of result.warnings) log.warning(warning);
  reportRestore({ command: head.command, result, elapsedMs: clock.now() - start }, shell);
  return result.machines.every(({ outcome }) => outcome !== 'failed');
}

async function putBack(
  { access, own, signal }: { access: StepAccess; own: string | undefined; signal: AbortSignal },
  shell: PostShell & { readonly files: Files },
  work: (tools: RestoreTools) => Promise<CommandResult>,
): Promise<CommandResult> {
  const { env, files, clock, log } = shell;
  // For another post of the job, which may have to try again.
  const save = (discharges: readonly Discharge[]) => {
    const signed = Job.inPost(env).ownFiles(files);
    const content = own === undefined ? undefined : readRestoreFile(signed, own).content;
    // What was removed meanwhile stays so.
    if (own === undefined || content === undefined) return;
    writeSession(signed, { name: own, content: withDischarges(content, discharges) });
  };
  const { client, now } = connect(access, shell, {
    signal,
    save,
    maxConcurrent: MAX_CONCURRENT,
    isPost: true,
  });
  // The time limit, which says more, comes first.
  const deadline = new Deadline(clock, signal, RESTORE_LIMIT_MS + 1_000);
  try {
    return await work({ client, clock, deadline, now, progress: runnerProgress(log, clock) });
  } finally {
    deadline.end();
  }
}
