import { withTimeout } from '../../clock.js';
import { type ActionError, asActionError } from '../../errors.js';
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
  return await withTimeout({ clock, signal, ms: LIMIT_MS }, (limited) =>
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
