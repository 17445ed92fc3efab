import { asActionError } from '../../errors.js';
import type { Refusal } from '../../machines/api/refusals.js';
import { withLease } from '../../machines/lease/held.js';
import { isLease } from '../../machines/request-change.js';
import { formatTime } from '../../text.js';
import type { Attempt } from './attempt.js';
import type { WorkTools } from './work-tools.js';

/** What to do about leases. */
export interface LeaseOptions {
  /** Where somebody else holds one. */
  readonly onLease: 'wait' | 'skip' | 'fail';
  /** By which our own are known; undefined: take none. */
  readonly lease: string | undefined;
}

/** A step's leases, as far as its token may take any. */
export class Leasing {
  readonly #options: LeaseOptions;
  readonly #tools: WorkTools;
  #mayLease: boolean;

  constructor(options: LeaseOptions, tools: WorkTools) {
    this.#options = options;
    this.#tools = tools;
    this.#mayLease = options.lease !== undefined;
  }

  /**
   * Runs `work` with the nonce of a lease on the machine, or without one where none is wanted. A token that may not
   * lease is a warning, once.
   */
  async hold<T>(attempt: Attempt, work: (nonce?: string) => Promise<T>): Promise<T> {
    if (!this.#mayLease) return work();
    const { client, clock, deadline, progress, now } = this.#tools;
    const { machine } = attempt;
    const { lease: description = '', onLease } = this.#options;
    let isHeld = false;
    attempt.enter('lease');
    const tools = { client, clock, signal: deadline.signal, description, warn: progress.warn, now };
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
    const waits = onLease === 'wait';
    const wish = { machine, waits, refused: this.teller(attempt), seen, mayBeHeld };
    try {
      return await withLease(tools, wish, (nonce) => {
        isHeld = true;
        return work(nonce);
      });
    } catch (error) {
      const { class: errorClass } = asActionError(error);
      if (isHeld || (errorClass !== 'forbidden' && errorClass !== 'unauthorized')) throw error;
      if (this.#mayLease)
        progress.warn('The token may not take leases (`lease: true`); the step goes on without.');
      this.#mayLease = false;
      return work();
    }
  }

  /** Tells, once, whose lease a machine is waited for. */
  teller({ machine }: Attempt): (refusal: Refusal) => void {
    let isTold = false;
    return (refusal) => {
      if (isTold || !isLease(refusal)) return;
      isTold = true;
      this.#tools.progress.tell(machine, `${holderOf(refusal)}; waiting for it`);
    };
  }
}

/** Who holds a lease and until when, as a sentence. */
export function holderOf({ holder, message }: Refusal): string {
  return holder === undefined ? message : `lease held by ${holder.owner} until ${formatTime(holder.until)}`;
}
