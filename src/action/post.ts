import { removeSession } from '../discharge/session-file.js';
import { STATE } from './commands.js';
import type { Environment } from './inputs.js';
import type { Log } from './log.js';

/** Undoes at the job's end what this step's main part left in its state. Never fails the job: what goes wrong is a warning. */
export function post(env: Environment, log: Log): void {
  const name = env[`STATE_${STATE.session}`];
  const temp = env['RUNNER_TEMP'];
  if (!name || !temp) return;
  try {
    removeSession(temp, name);
    log.info('The session is closed and its file removed.');
  } catch (error) {
    log.warning(`The session's file could not be removed: ${error instanceof Error ? error.message : error}`);
  }
}
