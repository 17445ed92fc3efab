import { Gone, isGone, type LookTools, readOrGone } from '../../machines/look.js';
import { type Hold, holdText, KEEP_ALIVE_UNTIL } from './hold.js';

const MOST_TRIES = 3;
/** Pause between two tries, in milliseconds. */
const TRY_AGAIN_MS = 1_000;

/** Removes a hold that is still as written, or restores the one that it replaced if that is still in the future. A hold is gone with its machine. */
export async function clearHold(
  { held, before = 0, ...machine }: Hold,
  { now, signal, ...tools }: LookTools & { now: () => number; signal: AbortSignal },
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const read = await readOrGone(tools, machine, signal);
    if (read instanceof Gone || read.metadata[KEEP_ALIVE_UNTIL] !== held) return;
    const value = before > now() ? holdText(before) : undefined;
    try {
      await tools.client.setMetadata(machine, { key: KEEP_ALIVE_UNTIL, value, givesBack: true }, signal);
      return;
    } catch (error) {
      // The machine has gone since, or isn't known for a moment: reading it tells.
      if (!isGone(error) || tries === MOST_TRIES) throw error;
      await tools.clock.sleep(TRY_AGAIN_MS, signal);
    }
  }
}
