import { removeSession } from '../discharge/session-file.js';
import { asActionError } from '../errors.js';
import type { Transport } from '../http/transport.js';
import { STATE } from './commands.js';
import { titledLog } from './log.js';
import { type PostShell, restoreStep } from './restore-step.js';

/**
 * Undoes at the job's end what this step's main part left in its state: puts machines back first, since that needs the
 * session which is closed then. Never throws and never fails the job: what goes wrong is a warning.
 */
export async function post(given: PostShell): Promise<void> {
  const log = titledLog(given.log, "fly, at the job's end");
  // Nobody tries again after it: no change goes on a connection that may have been closed.
  const transport: Transport = (request) =>
    given.transport(request.method === 'GET' ? request : { ...request, isFresh: true });
  const shell = { ...given, log, transport };
  try {
    await restoreStep(shell);
  } catch (thrown) {
    shell.log.warning(asActionError(thrown).line, 'fly: not put back');
  }
  closeSession(shell);
}

function closeSession({ env, log, temp }: PostShell): void {
  const name = env[`STATE_${STATE.session}`];
  if (!name || !temp) return;
  try {
    removeSession(temp, name);
    log.info('The session is closed and its file removed.');
  } catch (error) {
    log.warning(`The session's file could not be removed: ${error instanceof Error ? error.message : error}`);
  }
}
