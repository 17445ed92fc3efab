import { withTimeout } from '../../clock.js';
import { type ActionError, asActionError, isOfClass } from '../../errors.js';
import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { Gone, readOrGone } from '../../machines/look.js';
import { formatTime } from '../../text.js';
import type { RestoreKeeper } from '../engine/restore-record.js';
import type { WorkTools } from '../engine/work-tools.js';
import { clearHold } from './clear-hold.js';
import { type Hold, holdText, KEEP_ALIVE_UNTIL, KEPT_UNREADABLY, keptUntil } from './hold.js';
import type { HoldOptions, HoldOutcome, KeepAliveOptions } from './options.js';

/** Last time that RFC 3339 can write; people write it for "for good". */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Time limit for writing a hold, in milliseconds; a hold that isn't written is a warning: the machine is no worse for it. */
const HOLD_LIMIT_MS = 15_000;
/** Pause before a hold is looked at again, in milliseconds: by then another job that read the same has written as well. */
const LOOK_AGAIN_MS = 1_000;
const MOST_WRITES = 3;

/** Dependencies of `KeepAlive`; the deadline is the whole step's. */
export type KeepAliveTools = Pick<WorkTools, 'client' | 'clock' | 'deadline'>;

/** Writer of holds into machines' metadata that have them left running, as far as the token may. */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  readonly #keeper: RestoreKeeper | undefined;
  readonly #tools: KeepAliveTools;
  readonly #warnings: string[] = [];
  /** Holds that were written last, or were about to be. */
  readonly #written = new Map<string, Hold>();
  #isOver = false;

  /** Tells the keeper of each hold before it is written, so that the job's end removes it whatever happens. */
  constructor(options: KeepAliveOptions, keeper: RestoreKeeper | undefined, tools: KeepAliveTools) {
    this.#options = options;
    this.#keeper = keeper;
    this.#tools = tools;
  }

  /** Warnings about holds that could not be written. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * Holds a machine, if it runs or was asked to. A longer hold of another job is kept, and made a second longer, so that
   * its writer sees that it isn't alone. A hold that is no time stays as it is. Never throws.
   */
  async set(machine: MachineRef, options: HoldOptions): Promise<HoldOutcome> {
    let done: HoldOutcome = { reason: '' };
    try {
      await this.#limited(options.signal, async (signal) => {
        for (let writes = 0; writes < MOST_WRITES && !this.#isOver; writes += 1) {
          if (writes > 0) await this.#tools.clock.sleep(LOOK_AGAIN_MS, signal);
          const next = await this.#write(machine, { ...options, signal });
          if (next === undefined) break;
          done = next;
          if (next.held === undefined) break;
        }
      });
    } catch (thrown) {
      if (this.isNeeded(options.signal)) this.#refused(machine.id, done.held, asActionError(thrown));
    }
    return done;
  }

  /** Returns whether the hold may still be needed: not where the signal has aborted and the step goes on. */
  isNeeded(signal: AbortSignal): boolean {
    return !signal.aborted || this.#tools.deadline.signal.aborted;
  }

  /** Removes a hold that is no longer needed, and restores the one that it replaced. Never throws. */
  async clear(machine: MachineRef): Promise<void> {
    const { client, clock, deadline } = this.#tools;
    const hold = this.#written.get(keyOf(machine));
    if (hold === undefined) return;
    try {
      await this.#limited(deadline.signal, (signal) =>
        clearHold(hold, { client, clock, now: this.#options.now, signal }),
      );
    } catch (thrown) {
      const why = asActionError(thrown).line;
      this.#warnings.push(`Machine ${machine.id} is not needed and stays held until ${hold.held}: ${why}`);
    }
  }

  #limited(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    return withTimeout({ clock: this.#tools.clock, signal, ms: HOLD_LIMIT_MS }, work);
  }

  /** Writes the hold; undefined where there is nothing to write: the machine is not up, or has our hold. */
  async #write(
    machine: MachineRef,
    { signal, isRequested = false, nonce }: HoldOptions,
  ): Promise<HoldOutcome | undefined> {
    const { client, clock } = this.#tools;
    const { app, id } = machine;
    const read = await readOrGone({ client, clock }, machine, signal);
    if (read instanceof Gone) throw read;
    // A step that doesn't wait for its machines leaves them on their way at best.
    if (read.state !== 'started' && !isRequested) return undefined;
    const ours = this.#written.get(keyOf(machine));
    if (ours !== undefined && read.metadata[KEEP_ALIVE_UNTIL] === ours.held) return undefined;
    const now = this.#options.now();
    const others = keptUntil(read, now);
    const until = Math.max(now + this.#options.ms, others === undefined ? 0 : others + 1000);
    if (until > LATEST) return { reason: Number.isFinite(until) ? 'held for good already' : KEPT_UNREADABLY };
    const end = until + Math.floor(1000 * this.#options.random());
    const held = holdText(end);
    const written = { app, id, held, ...(others !== undefined && { before: others }) };
    if (!this.#isKept(written)) return undefined;
    this.#written.set(keyOf(machine), written);
    await client.setMetadata(machine, { key: KEEP_ALIVE_UNTIL, value: held, nonce }, signal);
    return { held, reason: `held until ${formatTime(end)}` };
  }

  /** Returns whether the job's end will know the hold: otherwise no job would remove it. */
  #isKept(hold: Hold): boolean {
    try {
      this.#keeper?.hold(hold);
      return true;
    } catch (thrown) {
      const why = asActionError(thrown).line;
      this.#giveUp(
        `Machine ${hold.id} and those after it are not held, since \`restore\` can't remember it: ${why}`,
      );
      return false;
    }
  }

  #refused(id: string, held: string | undefined, error: ActionError): void {
    const { line } = error;
    if (held !== undefined) {
      this.#warnings.push(`Machine ${id} is held, but perhaps another job has written over that: ${line}`);
      return;
    }
    if (!isOfClass(error, 'forbidden', 'unauthorized')) {
      this.#warnings.push(`Machine ${id} is not held: ${line}`);
      return;
    }
    this.#giveUp(
      `The token may not write metadata (\`hold\`), so nothing keeps other jobs from stopping these machines: ${line}`,
    );
  }

  /** Gives up holding, and warns once, whatever becomes of the holds that are under way. */
  #giveUp(warning: string): void {
    if (!this.#isOver) this.#warnings.push(warning);
    this.#isOver = true;
  }
}
