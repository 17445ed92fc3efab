import { withTimeout } from '../../clock.js';
import { ActionError, asActionError } from '../../errors.js';
import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { Gone, readOrGone } from '../../machines/look.js';
import { formatDuration, formatTime } from '../../text.js';
import { type KeepAliveMark, markText, type RestoreKeeper } from '../engine/restore-record.js';
import type { WorkTools } from '../engine/work-tools.js';
import { clearMark } from './clear-mark.js';
import { KEEP_ALIVE_UNTIL } from './mark.js';
import {
  HELD_UNREADABLY,
  type KeepAliveOptions,
  keptUntil,
  type MarkOptions,
  type MarkOutcome,
} from './options.js';

/** The last time that has a form of its own; people write it for good. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** A hold that isn't written by then is a warning: a machine is no worse for it. In milliseconds. */
const LONGEST_MS = 15_000;
/** After so long whoever read the same before has written as well. In milliseconds. */
const LOOK_AGAIN_MS = 1_000;
const MOST_WRITES = 3;

/** What machines are held with; the deadline is the whole step's. */
export type KeepAliveTools = Pick<WorkTools, 'client' | 'clock' | 'deadline'>;

/** Writes into machines' metadata until when they are to be left running, as far as the token may. */
export class KeepAlive {
  readonly #hold: KeepAliveOptions;
  readonly #keeper: RestoreKeeper | undefined;
  readonly #tools: KeepAliveTools;
  readonly #warnings: string[] = [];
  /** What was written last, or was about to be. */
  readonly #written = new Map<string, KeepAliveMark>();
  #isOver = false;

  /** The keeper is told of each hold before it is written, so that the job's end takes it back whatever happens. */
  constructor(hold: KeepAliveOptions, keeper: RestoreKeeper | undefined, tools: KeepAliveTools) {
    this.#hold = hold;
    this.#keeper = keeper;
    this.#tools = tools;
  }

  /** What could not be written, and why. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * Holds a machine, if it runs or was asked to. A longer hold that is there is kept, and made a second longer: whoever
   * wrote that one must see that it isn't alone with it. What is no time is kept as it is. Never throws.
   */
  async set(machine: MachineRef, options: MarkOptions): Promise<MarkOutcome> {
    let done: MarkOutcome = { reason: '' };
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

  /** Whether who asks under this signal may still need what is held: not where it aborts and the step goes on. */
  isNeeded(signal: AbortSignal): boolean {
    return !signal.aborted || this.#tools.deadline.signal.aborted;
  }

  /** Takes a hold back that nobody needs, for the one that it replaced. Never throws. */
  async clear(machine: MachineRef): Promise<void> {
    const { client, clock, deadline } = this.#tools;
    const hold = this.#written.get(keyOf(machine));
    if (hold === undefined) return;
    try {
      await this.#limited(deadline.signal, (signal) =>
        clearMark(hold, { client, clock, now: this.#hold.now, signal }),
      );
    } catch (thrown) {
      const why = asActionError(thrown).line;
      this.#warnings.push(`Machine ${machine.id} is not needed and stays held until ${hold.held}: ${why}`);
    }
  }

  #limited(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const late = () => new ActionError('timeout', `no answer within ${formatDuration(LONGEST_MS)}`);
    return withTimeout({ clock: this.#tools.clock, signal, ms: LONGEST_MS, late }, work);
  }

  /** Undefined where there is nothing to write: it is not up, or what we wrote stands. */
  async #write(
    machine: MachineRef,
    { signal, isRequested = false, nonce }: MarkOptions,
  ): Promise<MarkOutcome | undefined> {
    const { client, clock } = this.#tools;
    const { app, id } = machine;
    const read = await readOrGone({ client, clock }, machine, signal);
    if (read instanceof Gone) throw read;
    // Where nobody waits, it is on its way at best.
    if (read.state !== 'started' && !isRequested) return undefined;
    const ours = this.#written.get(keyOf(machine));
    if (ours !== undefined && read.metadata[KEEP_ALIVE_UNTIL] === ours.held) return undefined;
    const now = this.#hold.now();
    const others = keptUntil(read, now);
    const until = Math.max(now + this.#hold.ms, others === undefined ? 0 : others + 1000);
    if (until > LATEST) return { reason: Number.isFinite(until) ? 'held for good already' : HELD_UNREADABLY };
    const end = until + Math.floor(1000 * this.#hold.random());
    const held = markText(end);
    const written = { app, id, held, ...(others !== undefined && { before: others }) };
    if (!this.#isKept(written)) return undefined;
    this.#written.set(keyOf(machine), written);
    await client.setMetadata(machine, { key: KEEP_ALIVE_UNTIL, value: held, nonce }, signal);
    return { held, reason: `held until ${formatTime(end)}` };
  }

  /** Where the job's end would not find it, nobody would take it back. */
  #isKept(held: KeepAliveMark): boolean {
    try {
      this.#keeper?.mark(held);
      return true;
    } catch (thrown) {
      const why = asActionError(thrown).line;
      this.#giveUp(
        `Machine ${held.id} and those after it are not held, since \`restore\` can't remember it: ${why}`,
      );
      return false;
    }
  }

  #refused(id: string, held: string | undefined, { class: errorClass, line }: ActionError): void {
    if (held !== undefined) {
      this.#warnings.push(`Machine ${id} is held, but perhaps another job has written over that: ${line}`);
      return;
    }
    if (errorClass !== 'forbidden' && errorClass !== 'unauthorized') {
      this.#warnings.push(`Machine ${id} is not held: ${line}`);
      return;
    }
    this.#giveUp(
      `The token may not write metadata (\`hold\`), so nothing keeps other jobs from stopping these machines: ${line}`,
    );
  }

  /** Says so once, whatever others that are under way come to. */
  #giveUp(warning: string): void {
    if (!this.#isOver) this.#warnings.push(warning);
    this.#isOver = true;
  }
}
