import { type UnixMs, withTimeout } from '../../clock.js';
import { type ActionError, asActionError, isOfClass } from '../../errors.js';
import { isLease } from '../../machines/lease/foreign.js';
import { Gone, isGone, readOrGone } from '../../machines/look.js';
import { placesFor } from '../../places.js';
import { GONE_MEANWHILE } from '../engine/gone.js';
import type { WorkTools } from '../engine/work-tools.js';
import { IDLE, markKey, markText } from '../marks/mark.js';
import { MARK_LIMIT_MS } from '../marks/own-writes.js';
import type { AppMachine } from '../result/app-machine.js';
import { failedAtOnce } from '../result/result.js';
import { type Announcing, pendingWords } from './announcement.js';

const WRITES_AT_ONCE = 10;

/** Announcements that were to be written, by what became of them. */
export interface Written {
  /** Machines that bear one now, each with its reason not to be stopped yet. */
  readonly announced: ReadonlyMap<AppMachine, string>;
  /** Texts of the marks that were written. */
  readonly texts: ReadonlyMap<AppMachine, string>;
  /** Machines that were left alone for another reason. */
  readonly leftAlone: ReadonlyMap<AppMachine, string>;
  readonly failed: ReadonlyMap<AppMachine, ActionError>;
}

/** Options for writing announcements. `now` tells Unix milliseconds by the servers' clock. */
export interface WriteOptions {
  readonly announce: Announcing;
  readonly now: () => UnixMs;
}

/**
 * Announces to machines that they will be stopped, side by side. Once the token is refused for an app, no more is asked of
 * it there. Never throws.
 */
export async function writeAnnouncements(
  machines: readonly AppMachine[],
  { announce, now }: WriteOptions,
  tools: WorkTools,
): Promise<Written> {
  const { halt } = tools;
  const limit = placesFor(WRITES_AT_ONCE);
  const announced = new Map<AppMachine, string>();
  const texts = new Map<AppMachine, string>();
  const leftAlone = new Map<AppMachine, string>();
  const failed = new Map<AppMachine, ActionError>();
  const refusals = new Map<string, ActionError>();
  const announceTo = async (machine: AppMachine) => {
    const { app } = machine;
    const refused = refusals.get(app);
    if (halt?.reason !== undefined) return leftAlone.set(machine, halt.reason);
    if (refused !== undefined) return failed.set(machine, refused);
    try {
      const at = now();
      const text = markText(at, 'announced', announce.by);
      await write(machine, text, tools);
      texts.set(machine, text);
      return announced.set(machine, pendingWords(at + announce.ms));
    } catch (thrown) {
      if (thrown instanceof Gone) return leftAlone.set(machine, GONE_MEANWHILE);
      const error = asActionError(thrown);
      if (isLease(thrown)) return leftAlone.set(machine, `not announced: ${error.message}`);
      halt?.note(failedAtOnce(machine, error));
      if (isOfClass(error, 'forbidden', 'unauthorized'))
        refusals.set(app, error.with({ message: `the token may not write metadata in ${app}` }));
      return failed.set(machine, error);
    }
  };
  await Promise.all(machines.map((machine) => limit(() => announceTo(machine))));
  return { announced, texts, leftAlone, failed };
}

/** Writes the mark. Throws `Gone` where the machine is gone for certain, and what the client throws. */
async function write(
  machine: AppMachine,
  value: string,
  { client, clock, deadline }: WorkTools,
): Promise<void> {
  const options = { clock, signal: deadline.signal, ms: MARK_LIMIT_MS };
  await withTimeout(options, async (signal) => {
    try {
      await client.setMetadata(machine, { key: markKey(IDLE), value }, signal);
    } catch (error) {
      const found = isGone(error) ? await readOrGone({ client, clock }, machine, signal) : undefined;
      throw found instanceof Gone ? found : error;
    }
  });
}
