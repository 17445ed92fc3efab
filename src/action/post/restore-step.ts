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
import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { count, formatDuration } from '../../text.js';
import { connect } from '../access/connect.js';
import { Job } from '../access/job.js';
import type { StepAccess } from '../access/step-access.js';
import { runnerProgress } from '../report/log/progress.js';
import type { PostShell } from './post-shell.js';
import { readHead, readHolds, readMachines } from './read-record.js';
import { notTaken, restoreAccess } from './restore-access.js';
import { reportRestore } from './restore-report.js';

/** Longest time of one post in ms; a cancelled job has five minutes for all of its posts. */
export const RESTORE_LIMIT_MS = 240_000;
/** Title of a warning that nothing was put back. */
export const NOT_PUT_BACK = 'fly: not put back';
const MAX_CONCURRENT = 20;

/** Options of one post. */
export interface RestoreLimits {
  readonly limitMs?: number;
  /** Returns whether no other post of the job will try again; called when this one is over. Default: true. */
  readonly isLast?: () => boolean;
  /** True if the key that signed the state was in no file. Default: true. */
  readonly isVouched?: boolean;
  /** Machines, by `keyOf`, that another post has put back or left alone: an earlier step's restore may have changed them since. Default: none. */
  readonly settled?: ReadonlySet<string>;
  /** Called where a second try is worth it, with the machines that need none. */
  readonly onSettled?: (machines: readonly string[]) => void;
}

/**
 * Puts back what a step changed, as the state in `env` says, and reports it. Returns whether that needs no second try;
 * undefined if another try may read what this one could not. Throws if nothing could be tried.
 */
export async function restoreStep(
  shell: PostShell,
  limits: RestoreLimits = {},
): Promise<boolean | undefined> {
  const { env, files, log } = shell;
  const { isLast = () => true } = limits;
  const head = readHead(env);
  if (head === undefined) return true;
  if (files === undefined) throw new ActionError('input', 'RUNNER_TEMP is not set any more');
  const own = head.own === undefined ? undefined : readRestoreFile(Job.inPost(env).ownFiles(files), head.own);
  if (head.own !== undefined && own?.unread === true) {
    log.warning(notTaken(head.own, own).line, NOT_PUT_BACK);
    // The file stays: there is no other copy.
    return undefined;
  }
  let isWhole = false;
  try {
    isWhole = await restoreRecord({ ...limits, head, own }, { ...shell, files });
    return isWhole;
  } finally {
    // The file goes last, since it is the only copy.
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

interface Restoring extends RestoreLimits {
  readonly head: NonNullable<ReturnType<typeof readHead>>;
  /** File that the step left for its post, as read. */
  readonly own: ReadSession | undefined;
}

async function restoreRecord(
  { head, own, limitMs = RESTORE_LIMIT_MS, isVouched = true, settled, onSettled }: Restoring,
  shell: PostShell & { readonly files: Files },
): Promise<boolean> {
  const { env, log, clock, cancelled } = shell;
  const start = clock.now();
  const isOwed = (machine: MachineRef) => settled?.has(keyOf(machine)) !== true;
  const [machines, holds] = [readMachines(env, head).filter(isOwed), readHolds(env).filter(isOwed)];
  const record = { ...head, machines, holds };
  const all = allOf(record);
  const apps = [...new Set(all.map(({ app }) => app))];
  const access = restoreAccess({ head, own, apps, isVouched }, shell);
  log.info(
    `Token from ${access.source}, ${count(all.length, 'machine')} that \`${head.command}\` changed${record.holds.length > 0 ? ' or held' : ''}, host ${access.apiUrl.host}`,
  );
  const late = () =>
    new ActionError(
      'timeout',
      `not done within ${formatDuration(RESTORE_LIMIT_MS)}, the time limit of a post step`,
      {
        hint: 'Look at the machine; it may still return to its earlier state.',
      },
    );
  const result = await withTimeout({ clock, signal: cancelled, ms: limitMs, late }, (signal) =>
    putAllBack({ access, own: head.own, signal }, shell, (tools) => restore(record, tools)),
  );
  for (const warning of result.warnings) log.warning(warning);
  reportRestore({ command: head.command, result, elapsedMs: clock.now() - start }, shell);
  const over = result.machines.filter(({ outcome }) => outcome !== 'failed');
  const isWhole = over.length === result.machines.length;
  if (!isWhole) onSettled?.(over.map(({ machine }) => keyOf(machine)));
  return isWhole;
}

async function putAllBack(
  { access, own, signal }: { access: StepAccess; own: string | undefined; signal: AbortSignal },
  shell: PostShell & { readonly files: Files },
  work: (tools: RestoreTools) => Promise<CommandResult>,
): Promise<CommandResult> {
  const { env, files, clock, log } = shell;
  // Another post of the job may have to try again, and needs the new discharges then.
  const save = (discharges: readonly Discharge[]) => {
    const signed = Job.inPost(env).ownFiles(files);
    const content = own === undefined ? undefined : readRestoreFile(signed, own).content;
    // A file that was removed meanwhile stays removed.
    if (own === undefined || content === undefined) return;
    writeSession(signed, { name: own, content: withDischarges(content, discharges) });
  };
  // The deadline is one second later than the time limit, whose error says more.
  const deadline = new Deadline(clock, signal, RESTORE_LIMIT_MS + 1_000);
  try {
    // The deadline's signal, which ends a refresh that is still under way when all is put back.
    const { client, now } = connect(access, shell, {
      signal: deadline.signal,
      save,
      maxConcurrent: MAX_CONCURRENT,
      isPost: true,
    });
    return await work({ client, clock, deadline, now, progress: runnerProgress(log, clock) });
  } finally {
    deadline.end();
  }
}
