import { removeSession } from '../discharge/session-file.js';
import { asActionError } from '../errors.js';
import { filesIn } from '../files/folder.js';
import type { Transport } from '../http/transport.js';
import { JOB_KEY, Job } from './access/job.js';
import { type OwedState, OwedStates } from './owed/owed-state.js';
import { leftState } from './post/left-state.js';
import { owedRestores, RESTORE } from './post/owed-restores.js';
import type { PostShell } from './post/post-shell.js';
import { NOT_PUT_BACK, RESTORE_LIMIT_MS, type RestoreLimits, restoreStep } from './post/restore-step.js';
import { STATE } from './runner/environment.js';
import { transportOf } from './runner/host.js';
import { titledLog } from './runner/log.js';

const SESSION = `STATE_${STATE.session}`;

/**
 * Undoes at the job's end what this step's main part left in its state, and what other steps of the job still owe: puts
 * machines back, each step's by its own copy of the token, and then closes the session. Never throws and never fails the
 * job: what goes wrong is a warning.
 */
export async function post(given: PostShell): Promise<void> {
  const log = titledLog(given.log, "fly, at the job's end");
  // No later step tries again, so no change goes out on a connection that may have been closed.
  const send = transportOf(given);
  const transport: Transport = (request) =>
    send(request.method === 'GET' ? request : { ...request, isFresh: true });
  const files = given.files ?? (given.temp ? filesIn(given.temp) : undefined);
  const job = Job.inPost(given.env);
  for (const secret of job.secrets) log.mask(secret);
  const { env, strange } = leftState(given.env);
  if (strange.length > 0)
    log.warning(
      `The state of this step was not written by the step itself, and is not used: ${strange.join(', ')}. Does a step write it to GITHUB_ENV?`,
    );
  const shell = { ...given, env, log, transport, files };
  endSteps(shell, job);
  const owed = OwedStates.of(job, files);
  await putBackAll(shell, owed);
  closeSessions(shell, owed);
}

/** Time in ms that a step's own post has in any case, however long it has tried to put back what others changed. */
const LEAST_MS = 50_000;

/** Marks the job as ended, so that a step that outlives a cancel changes nothing any more. */
function endSteps({ files, log }: PostShell, job: Job): void {
  try {
    if (files !== undefined) job.end(files);
  } catch (error) {
    log.debug(`That the job's posts have begun can't be written: ${asActionError(error).message}`);
  }
}

async function putBackAll(shell: PostShell, owed: OwedStates | undefined): Promise<void> {
  const { env, clock, log, cancelled } = shell;
  const end = clock.now() + RESTORE_LIMIT_MS;
  const due = owedRestores(env, statesIn(shell, owed));
  if (env[RESTORE] && !due.some(({ isOwn }) => isOwn))
    log.info('What this step changed was put back by the post of another.');
  for (const { step, isOwn, env: its, settled } of due) {
    const limitMs = Math.max(end - clock.now(), isOwn ? LEAST_MS : 0);
    // Its own post is yet to come.
    if (!isOwn && (cancelled.aborted || limitMs <= 0)) continue;
    // Its own post tries again what another's couldn't, and any what couldn't be read for a moment.
    const isLast = () => step === undefined || (isOwn && !cancelled.aborted);
    const isVouched = isOwn || Job.inPost(env).isBound;
    const onSettled = (machines: readonly string[]) => {
      if (step !== undefined) noted(() => owed?.settle(step, [...settled, ...machines]));
    };
    const limits = { limitMs, isLast, isVouched, settled, onSettled };
    const isSettled = await tried({ ...shell, env: its }, limits);
    const isOver = isSettled || (isSettled === false && isLast());
    if (step !== undefined && isOver) noted(() => owed?.done(step));
  }
}

/** Puts back what one step changed and returns whether that needs no second try; undefined where one is worth it. */
async function tried(shell: PostShell, limits: RestoreLimits): Promise<boolean | undefined> {
  try {
    return await restoreStep(shell, limits);
  } catch (thrown) {
    shell.log.warning(asActionError(thrown).line, NOT_PUT_BACK);
    return false;
  }
}

/** Notes what was undone, as well as can be: where it can't be written, another post that is given the same state finds all as it was before. */
function noted(write: () => void): void {
  try {
    write();
  } catch {
    // The folder that it is in is gone or full.
  }
}

/**
 * Closes the session that this step's main part opened. Where a post has closed that already, the state is another step's,
 * and what others opened is closed.
 */
function closeSessions(shell: PostShell, owed: OwedStates | undefined): void {
  const { env, log, files } = shell;
  const own = env[SESSION];
  if (!own || !files) return;
  const opened = statesIn(shell, owed).filter((it) => it.env[SESSION]);
  const isClosed = opened.some((it) => it.isDone && it.env[SESSION] === own);
  const names = isClosed ? opened.filter(({ isDone }) => !isDone).map((it) => it.env[SESSION] ?? '') : [own];
  for (const name of new Set(names)) {
    try {
      removeSession(files, name);
      for (const { step } of opened.filter((it) => it.env[SESSION] === name)) noted(() => owed?.done(step));
      log.info('The session is closed and its file removed.');
    } catch (error) {
      log.warning(asActionError(error).message);
    }
  }
}

function statesIn({ env, log }: PostShell, owed: OwedStates | undefined): readonly OwedState[] {
  try {
    return (owed?.all() ?? []).map((it) => {
      const left = leftState({ [JOB_KEY]: env[JOB_KEY], ...Job.ofOther(it.env, env) });
      return { ...it, env: left.env };
    });
  } catch (error) {
    log.debug(`What other steps owe can't be read: ${asActionError(error).message}`);
    return [];
  }
}
