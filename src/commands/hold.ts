import { type ActionError, asActionError } from '../errors.js';
import type { Machine } from '../machines/machine.js';
import { formatTime } from '../text.js';
import type { WorkTools } from './engine.js';
import { KEEP_ALIVE_UNTIL, timeIn } from './idle.js';
import type { MachineResult } from './result.js';

/**
 * Until when somebody wants the machine left running, in milliseconds since 1970; undefined where nobody does any
 * more, `Infinity` where what is written is no time: it was meant to be one, and nobody knows which. `ours` is what the
 * asker wrote itself, which doesn't bind it.
 */
export function heldUntil({ metadata }: Machine, now: number, ours?: string): number | undefined {
  const value = metadata[KEEP_ALIVE_UNTIL];
  if (value === undefined || value === ours) return undefined;
  const until = timeIn(value);
  if (Number.isNaN(until)) return Number.POSITIVE_INFINITY;
  return until > now ? until : undefined;
}

const HELD_UNREADABLY = `held: ${KEEP_ALIVE_UNTIL} in its metadata is no time`;

/** Why a machine is not to be stopped because of that, if so. */
export function heldByOther(machine: Machine, now: number, ours: string | undefined): string | undefined {
  const until = heldUntil(machine, now, ours);
  if (until === undefined) return undefined;
  return Number.isFinite(until) ? heldByOtherUntil(until) : HELD_UNREADABLY;
}

/** For the table. */
export function heldByOtherUntil(until: number): string {
  return `held by another job until ${formatTime(until)}`;
}

/** The last time that has a form of its own; people write it for good. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Writes into machines' metadata until when they are to be left running, as far as the token may. */
export class Holding {
  readonly #ms: number;
  readonly #tools: WorkTools;
  readonly #warnings: string[] = [];
  #mayWrite = true;

  /** `ms` is for how long, from the moment that a machine is held. */
  constructor(ms: number, tools: WorkTools) {
    this.#ms = ms;
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
    if (!this.#mayWrite) return result;
    const { client, clock, deadline } = this.#tools;
    const { machine } = result;
    try {
      const now = await client.get(machine, deadline.signal);
      // Where nobody waits, it is on its way at best.
      if (now.state !== 'started' && result.outcome !== 'requested') return result;
      const others = heldUntil(now, clock.now());
      const until = Math.max(clock.now() + this.#ms, others === undefined ? 0 : others + 1000);
      if (until > LATEST) {
        const why = Number.isFinite(until) ? 'held for good already' : HELD_UNREADABLY;
        return { ...result, reason: joined(result.reason, why) };
      }
      const held = formatTime(until);
      await client.setMetadata(machine, KEEP_ALIVE_UNTIL, held, deadline.signal);
      const before = others === undefined ? {} : { heldBefore: others };
      return { ...result, held, ...before, reason: joined(result.reason, `held until ${held}`) };
    } catch (thrown) {
      this.#refused(machine.id, asActionError(thrown));
      return result;
    }
  }

  #refused(id: string, { class: errorClass, line }: ActionError): void {
    if (errorClass !== 'forbidden' && errorClass !== 'unauthorized') {
      this.#warnings.push(`Machine ${id} is not held: ${line}`);
      return;
    }
    if (this.#mayWrite)
      this.#warnings.push(
        `The token may not write metadata (\`hold\`), so nothing keeps other jobs from stopping these machines: ${line}`,
      );
    this.#mayWrite = false;
  }
}

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('; ');
}
