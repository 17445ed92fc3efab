import pLimit from 'p-limit';
import { type Clock, withTimeout } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { ActionError } from '../../errors.js';
import { formatDuration } from '../../text.js';

const AT_ONCE = 10;
/** After so long, in milliseconds, an app doesn't count among those that are read at once any more. */
const SLOW_MS = 5_000;
/** One of several apps may take a third of what is left, and so long at least, in milliseconds. */
const SHORTEST_SHARE_MS = 10_000;

/**
 * Reads each app; how it ended comes in the order of the apps. One that doesn't answer has failed in time for the others to be
 * worked on, and doesn't keep them waiting for their turn; a single one has all the time that there is.
 */
export async function readEach<T>(
  apps: readonly string[],
  { clock, deadline }: { readonly clock: Clock; readonly deadline: Deadline },
  read: (app: string, signal: AbortSignal) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  const { signal } = deadline;
  const places = pLimit(AT_ONCE);
  const readOne = (app: string): Promise<T> => {
    if (apps.length === 1) return read(app, signal);
    return withTimeout({ clock, signal, ...shareOfLeft(deadline) }, (limited) => read(app, limited));
  };
  const inTurn = (app: string) =>
    new Promise<T>((resolve, reject) => {
      places(async () => {
        const reading = readOne(app);
        reading.then(resolve, reject);
        const over = new AbortController();
        const ended = reading.finally(() => over.abort());
        await Promise.race([ended, clock.sleep(SLOW_MS, over.signal)]).catch(() => undefined);
      });
    });
  return Promise.allSettled(apps.map(inTurn));
}

/** How long reading one of several things may take, in milliseconds, and what to say where it takes longer. */
export function shareOfLeft({ left }: Deadline): { readonly ms: number; readonly late: () => ActionError } {
  const ms = Math.max(SHORTEST_SHARE_MS, left / 3);
  const message = `no answer within ${formatDuration(ms)}, its share of the step's time`;
  const hint = 'A longer `timeout` makes the share longer; https://status.flyio.net shows how Fly is.';
  return { ms, late: () => new ActionError('timeout', message, { hint }) };
}
