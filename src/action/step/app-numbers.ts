import { withTimeout } from '../../clock.js';
import { ActionError, asActionError } from '../../errors.js';
import { formatDuration } from '../../text.js';
import type { Step } from './step.js';

const LIMIT_MS = 60_000;

/**
 * Reads the numbers that caveats know apps by: of all of them, since one that is missing would be out of reach. Throws what
 * `explained` makes of why one can't be read.
 */
export async function appNumbers(
  { connection, clock, deadline }: Pick<Step, 'connection' | 'clock' | 'deadline'>,
  apps: readonly string[],
  explained: (app: string, cause: ActionError) => ActionError,
): Promise<bigint[]> {
  const { signal } = deadline;
  const late = () => new ActionError('timeout', `no answer within ${formatDuration(LIMIT_MS)}`);
  return await withTimeout({ clock, signal, ms: LIMIT_MS, late }, (limited) =>
    Promise.all(
      apps.map(async (app) => {
        try {
          return await connection.client.numberOf(app, limited);
        } catch (error) {
          signal.throwIfAborted();
          throw explained(app, asActionError(error));
        }
      }),
    ),
  );
}
