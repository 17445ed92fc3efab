import { Gone, isGone, type LookTools, readOrGone } from '../../machines/look.js';
import { type KeepAliveMark, markText } from '../engine/restore-record.js';
import { KEEP_ALIVE_UNTIL } from './mark.js';

const MOST_TRIES = 3;
const PAUSE_MS = 1_000;

/** Takes a hold back where it stands, for the one that it replaced while that lasts; with its machine it is gone. */
export async function clearMark(
  { held, before = 0, ...machine }: KeepAliveMark,
  { now, signal, ...tools }: LookTools & { now: () => number; signal: AbortSignal },
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const read = await readOrGone(tools, machine, signal);
    if (read instanceof Gone || read.metadata[KEEP_ALIVE_UNTIL] !== held) return;
    const value = before > now() ? markText(before) : undefined;
    try {
      await tools.client.setMetadata(machine, { key: KEEP_ALIVE_UNTIL, value, givesBack: true }, signal);
      return;
    } catch (error) {
      // It has gone since, or isn't known for a moment: reading it tells.
      if (!isGone(error) || tries === MOST_TRIES) throw error;
      await tools.clock.sleep(PAUSE_MS, signal);
    }
  }
}
