import { OVER } from '../../abort.js';
import { type Clock, withTimeout } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { ActionError } from '../../errors.js';
import { placesFor } from '../../places.js';
import { formatDuration } from '../../text.js';

/** Largest number of apps that are read at once, slow ones aside. */
const APPS_AT_ONCE = 10;
/** Time in milliseconds after which a slow app no longer counts among those that are read at once. */
const SLOW_MS = 5_000;
/** Shortest share in milliseconds of one of several apps; usually a share is a third of the time that is left. */
const SHORTEST_SHARE_MS = 10_000;

/**
 * Reads each app and returns the outcomes in the order of the apps. An app that doesn't answer fails while there is time
 * left to work on the others, and doesn't keep them waiting for their turn. A single app has all the time that is left.
 */
export async function readEach<T>(
  apps: readonly string[],
  { clock, deadline }: { readonly clock: Clock; readonly deadline: Deadline },
  read: (app: string, signal: AbortSignal) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  const places = placesFor(APPS_AT_ONCE);
  const readOne = (app: string): Promise<T> =>
    withinShare({ clock, deadline }, apps.length === 1, (signal) => read(app, signal));
  const inTurn = (app: string) =>
    new Promise<T>((resolve, reject) => {
      places(async () => {
        const reading = readOne(app);
        reading.then(resolve, reject);
        const over = new AbortController();
        const ended = reading.finally(() => over.abort(OVER));
        await Promise.race([ended, clock.sleep(SLOW_MS, over.signal)]).catch(() => undefined);
      });
    });
  return Promise.allSettled(apps.map(inTurn));
}

/** Reads one of several things within its share of the time that is left, so that it doesn't hide the others; what is alone has all of it. */
export function withinShare<T>(
  { clock, deadline }: { readonly clock: Clock; readonly deadline: Deadline },
  isAlone: boolean,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal } = deadline;
  return isAlone ? read(signal) : withTimeout({ clock, signal, ...shareOfLeft(deadline) }, read);
}

/** Returns the longest time in ms for reading one of several things, and the `timeout` error for when it takes longer. */
export function shareOfLeft({ left }: Deadline): { readonly ms: number; readonly late: () => ActionError } {
  const ms = Math.max(SHORTEST_SHARE_MS, left / 3);
  const message = `no answer within ${formatDuration(ms)}, its share of the step's time`;
  const hint = 'A longer `timeout` makes the share longer; https://status.flyio.net shows how Fly is.';
  return { ms, late: () => new ActionError('timeout', message, { hint }) };
}
