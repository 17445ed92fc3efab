import { type ActionError, asActionError } from '../errors.js';
import type { Machine } from '../machines/machine.js';
import { formatTime } from '../text.js';
import type { WorkTools } from './engine.js';
import { KEEP_ALIVE_UNTIL, timeIn } from './idle.js';
import type { Held, RestoreKeeper } from './restore-record.js';
import type { MachineResult } from './result.js';

/**
 * Until when somebody wants the machine left running, in milliseconds since 1970; undefined where nobody does any
 * more, `Infinity` where what is written is no time: it was meant to be one, and nobody knows which. `ours` is what the
 * asker wrote itself: that doesn't bind it, but stands in the place of what it replaced.
 */
export function heldUntil({ metadata }: Machine, now: number, ours?: Held): number | undefined {
  const value = metadata[KEEP_ALIVE_UNTIL];
  if (value === undefined) return undefined;
  const until = value === ours?.held ? (ours.before ?? 0) : timeIn(value);
  if (Number.isNaN(until)) return Number.POSITIVE_INFINITY;
  return until > now ? until : undefined;
}

const HELD_UNREADABLY = `held: ${KEEP_ALIVE_UNTIL} in its metadata is no time`;

/** Why a machine is not to be stopped because of that, if so. */
export function heldByOther(machine: Machine, now: number, ours?: Held): string | undefined {
  const until = heldUntil(machine, now, ours);
  if (until === undefined) return undefined;
  return Number.isFinite(until) ? `held by another job until ${formatTime(until)}` : HELD_UNREADABLY;
}

/** The last time that has a form of its own; people write it for good. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** For how long machines are to be left running. */
export interface Hold {
  /** In milliseconds, from the moment that a machine is held. */
  readonly ms: number;
  /** Unix milliseconds by the servers' clock: others go by that. */
  readonly now: () => number;
}

/** What machines are held with. */
export type HoldingTools = Pick<WorkTools, 'client' | 'deadline'>;

/** Writes into machines' metadata until when they are to be left running, as far as the token may. */
export class Holding {
  readonly #hold: Hold;
  readonly #keeper: RestoreKeeper | undefined;
  readonly #tools: HoldingTools;
  readonly #warnings: string[] = [];
  #isOver = false;

  /** The keeper is told of each hold before it is written, so that the job's end takes it back whatever happens. */
  constructor(hold: Hold, keeper: RestoreKeeper | undefined, tools: HoldingTools) {
    this.#hold = hold;
    this.#keeper = keeper;
    this.#tools = tools;
  }

  /** What could not be written, and why. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * Holds the machine of a result, if it runs or was asked to; the result says until when. A longer hold that is there
   * is kept, and made a second longer: whoever wrote that one must see that it isn't alone with it. What is no time is
   * kept as it is. Never throws.
   */
  async hold(result: MachineResult): Promise<MachineResult> {
    if (this.#isOver) return result;
    const { client, deadline } = this.#tools;
    const { machine } = result;
    try {
      const read = await client.get(machine, deadline.signal);
      // Where nobody waits, it is on its way at best.
      if (read.state !== 'started' && result.outcome !== 'requested') return result;
      const now = this.#hold.now();
      const others = heldUntil(read, now);
      const until = Math.max(now + this.#hold.ms, others === undefined ? 0 : others + 1000);
      if (until > LATEST) {
        const why = Number.isFinite(until) ? 'held for good already' : HELD_UNREADABLY;
        return { ...result, reason: joined(result.reason, why) };
      }
      const held = formatTime(until);
      const { app, id } = machine;
      if (!this.#isKept({ app, id, held, ...(others !== undefined && { before: others }) })) return result;
      await client.setMetadata(machine, KEEP_ALIVE_UNTIL, held, deadline.signal);
      return { ...result, held, reason: joined(result.reason, `held until ${held}`) };
    } catch (thrown) {
      this.#refused(machine.id, asActionError(thrown));
      return result;
    }
  }

  /** Where the job's end would not find it, nobody would take it back. */
  #isKept(held: Held): boolean {
    try {
      this.#keeper?.hold(held);
      return true;
    } catch (thrown) {
      const why = asActionError(thrown).line;
      this.#giveUp(
        `Machine ${held.id} and those after it are not held, since \`restore\` can't remember it: ${why}`,
      );
      return false;
    }
  }

  #refused(id: string, { class: errorClass, line }: ActionError): void {
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

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('; ');
}
