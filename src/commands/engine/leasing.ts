import { withTimeout } from '../../clock.js';
import { isOfClass } from '../../errors.js';
import type { Refusal } from '../../machines/api/refusals.js';
import { ForeignLease, heldWords, isLease } from '../../machines/lease/foreign.js';
import { type HeldLease, holdLease } from '../../machines/lease/held.js';
import type { Holder } from '../../machines/machine/machine.js';
import { formatTime } from '../../text.js';
import type { Attempt } from './attempt.js';
import type { WorkTools } from './work-tools.js';

/** Longest time in milliseconds for reading the description of a lease. */
const READ_MS = 2_000;

/** Options for leases. */
export interface LeaseOptions {
  /** Reaction to a lease of another client. */
  readonly onLease: 'wait' | 'skip' | 'fail';
  /** Description by which our own leases are known again; undefined: take none. */
  readonly lease: string | undefined;
}

/** Leases of a step, as far as its token may take any. */
export class Leasing {
  readonly #options: LeaseOptions;
  readonly #tools: WorkTools;
  #mayLease: boolean;

  constructor(options: LeaseOptions, tools: WorkTools) {
    this.#options = options;
    this.#tools = tools;
    this.#mayLease = options.lease !== undefined;
  }

  /** True where a lease of another client is waited for. */
  get waits(): boolean {
    return this.#options.onLease === 'wait';
  }

  /**
   * Takes a lease on the machine; undefined where none is wanted, or the token may not take any, which is a warning, once.
   * Throws what else prevents it.
   */
  async take(attempt: Attempt, signal: AbortSignal): Promise<HeldLease | undefined> {
    if (!this.#mayLease) return undefined;
    const { client, clock, progress, now } = this.#tools;
    const { machine } = attempt;
    const { lease: description = '' } = this.#options;
    attempt.enter('lease');
    const tools = { client, clock, signal, description, warn: progress.warn, now };
    const seen = (state: string) => {
      attempt.state = state;
    };
    const mayBeHeld = (until: number) => {
      const held = `may be held by this step until ${formatTime(until)}`;
      attempt.note = `its lease ${held}`;
      progress.warn(
        `The lease of machine ${machine.id} ${held}: the answer to taking it was lost, and reading it back failed, too.`,
      );
    };
    const wish = { machine, waits: this.waits, refused: this.teller(attempt), seen, mayBeHeld };
    try {
      return await holdLease(tools, wish);
    } catch (error) {
      if (!isOfClass(error, 'forbidden', 'unauthorized')) throw error;
      if (this.#mayLease)
        progress.warn('The token may not take leases (`lease: true`); the step goes on without.');
      this.#mayLease = false;
      return undefined;
    }
  }

  /** Returns a listener that says, once, whose lease a machine is waiting for. */
  teller({ machine }: Attempt): (refusal: Refusal | ForeignLease) => void {
    let isTold = false;
    return (refusal) => {
      if (isTold || !isLease(refusal)) return;
      isTold = true;
      this.#tools.progress.tell(machine, `${refusedLease(refusal)}; waiting for it`);
    };
  }

  /**
   * Returns what was thrown; where a lease in the way ends the work on a machine, with the lease's description. Fly's refusal
   * doesn't tell that, so the machine is read once more, also after the deadline.
   */
  async described({ machine }: Attempt, thrown: unknown): Promise<unknown> {
    const isTold = thrown instanceof ForeignLease && thrown.holder.description !== undefined;
    if (isTold || !isOfClass(thrown, 'lease held')) return thrown;
    const { client, clock } = this.#tools;
    const { signal } = new AbortController();
    try {
      const read = (limited: AbortSignal) => client.get(machine, limited, { leases: true });
      const { holder } = await withTimeout({ clock, signal, ms: READ_MS }, read);
      const { description, owner } = holder ?? {};
      const { message } = thrown;
      const isThere = description === undefined || message.includes(`(${description})`);
      // Meanwhile the next may hold one.
      const isNext = /held by/i.test(message) && !message.includes(`held by ${owner}`);
      return holder === undefined || isThere || isNext ? thrown : new ForeignLease(holder, thrown);
    } catch {
      return thrown; // The refusal alone has to do.
    }
  }
}

/** Says who holds a lease, and until when (Unix milliseconds). */
export function leaseWords(holder: Holder): string {
  return `lease ${heldWords(holder)}`;
}

/** Says whose lease a request was refused for, as far as Fly tells. */
export function refusedLease({ holder, message }: Refusal | ForeignLease): string {
  return holder === undefined ? message : leaseWords(holder);
}
