import { OVER, unlessAborted } from '../abort.js';
import { withTimeout } from '../clock.js';
import { ActionError, asActionError } from '../errors.js';
import type { Ticket } from '../macaroon/bundle.js';
import { count, formatDuration } from '../text.js';
import { crowdOf } from './crowd.js';
import { Exchanges } from './exchanges.js';
import type { LiveTokenTools } from './live-token-tools.js';
import { endedMeanwhile, withoutDischarge } from './refresh-errors.js';
import type { TokenState } from './token-state.js';

/** Time limit in milliseconds of all discharges of one refresh together, except those that a person approves. */
const REFRESH_LIMIT_MS = 60_000;
/** Same limit, in ms, while the discharges at hand still hold. */
const EARLY_REFRESH_LIMIT_MS = 45_000;
/** Milliseconds from the begin of an early refresh that callers wait for it; after that they use the discharges at hand. */
const EARLY_WAIT_MS = 5_000;
/** Milliseconds until the next try after a refresh that failed while the old discharges still hold. */
const COOLDOWN_MS = 15_000;

/** Refreshes of a token's discharges: one at a time, shared by all callers that ask meanwhile. */
export class Refresh {
  readonly #state: TokenState;
  readonly #tools: LiveTokenTools;
  readonly #exchanges: Exchanges;
  #running: Promise<void> | undefined;
  /** Begin of the refresh that is running, or was last. */
  #begun = 0;
  /** Resolves once the running refresh waits for a person. */
  #asked = Promise.resolve();
  #coolUntil = 0;

  constructor(state: TokenState, tools: LiveTokenTools) {
    this.#state = state;
    this.#tools = tools;
    this.#exchanges = new Exchanges(tools, (ticket, discharge) => state.put(ticket, discharge));
  }

  /** True while a refresh is under way. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Returns why the last try for a ticket's discharge failed; undefined if it did not, or if there was none. */
  failureOf(ticket: Ticket): ActionError | undefined {
    return this.#exchanges.failureOf(ticket);
  }

  /**
   * Fetches discharges of the tickets, or joins the refresh under way. Returns early if the discharges at hand still
   * hold, unless `why` says that Fly refuses them. Throws when no permission token can be completed.
   */
  async run(tickets: readonly Ticket[], why?: string): Promise<void> {
    if (this.#isEnoughToEnd()) return;
    if (this.#running === undefined) {
      if (this.#tools.clock.now() < this.#coolUntil && this.#state.isUsable()) return;
      if (why !== undefined) this.#tools.info(why);
      this.#running = this.#begin(tickets);
    }
    const all = this.#running;
    const isEarly = why === undefined && this.#state.isUsable();
    const over = new AbortController();
    const soon = isEarly && this.#state.isComplete() ? [this.#patience(over.signal)] : [];
    const enough = isEarly ? Promise.race([all, this.#asked, ...soon]) : all;
    try {
      await unlessAborted(this.#tools.signal, enough);
    } catch {
      // Its own error says more than the signal's reason.
      if (!this.#isEnoughToEnd()) await enough;
    } finally {
      over.abort(OVER);
    }
  }

  #begin(tickets: readonly Ticket[]): Promise<void> {
    this.#begun = this.#tools.clock.now();
    let onPerson: () => void = () => undefined;
    this.#asked = new Promise((resolve) => {
      onPerson = resolve;
    });
    return this.#fetchAll(tickets, onPerson).finally(() => {
      this.#running = undefined;
    });
  }

  /** Pauses for as long as a caller has patience with the refresh; a clock that was set back doesn't make that longer. */
  #patience(signal: AbortSignal): Promise<void> {
    const { clock } = this.#tools;
    const waited = Math.max(0, clock.now() - this.#begun);
    return clock.sleep(Math.max(0, EARLY_WAIT_MS - waited), signal);
  }

  async #fetchAll(tickets: readonly Ticket[], onPerson: () => void): Promise<void> {
    const { clock, signal } = this.#tools;
    const crowd = crowdOf(this.#state.alive());
    if (crowd !== undefined) return this.#tolerate([crowd]);

    const ms = this.#state.isUsable() ? EARLY_REFRESH_LIMIT_MS : REFRESH_LIMIT_MS;
    const late = () => new ActionError('timeout', `no discharge within ${formatDuration(ms)}`);
    const results = await withTimeout({ clock, signal, ms, late }, (limited) =>
      this.#exchanges.all(tickets, limited, onPerson),
    );
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [asActionError(result.reason)] : [],
    );
    if (failures.length < results.length) this.#save();

    const [first] = failures;
    if (first !== undefined && this.#isEnoughToEnd()) return;
    if (first !== undefined && signal.aborted) throw endedMeanwhile(first);
    await this.#tolerate(failures);
    // Not earlier: with a wrong local clock a good discharge may look dead.
    this.#state.dropEnded();

    // A person may take so long that another discharge ends meanwhile.
    const overdue = this.#state.isUsable() ? [] : this.#state.due();
    if (overdue.length > 0) await this.#fetchAll(overdue, onPerson);
  }

  /** Saves the discharges for later steps. Only warns of a failure: this step has what it needs. */
  #save(): void {
    try {
      this.#tools.save(this.#state.discharges);
    } catch (error) {
      this.#tools.warn(`Later steps will not find the new discharge. ${asActionError(error).line}`);
    }
  }

  /** Warns of failures while one permission token is complete; otherwise throws, which ends the step. */
  async #tolerate(failures: readonly ActionError[]): Promise<void> {
    const [first, ...others] = failures;
    if (first === undefined) return;
    const more = others.length === 0 ? '' : ` (and ${count(others.length, 'more failure')})`;
    if (!this.#state.isUsable()) await this.#tools.learnTime();
    if (!this.#state.isUsable()) throw withoutDischarge(first, more, this.#tools);
    this.#coolUntil = this.#tools.clock.now() + COOLDOWN_MS;
    this.#tools.warn(
      `A discharge could not be refreshed: ${first.line}${more}. What is at hand still holds.`,
    );
  }

  /** Returns whether the step has ended and the discharges at hand still hold. */
  #isEnoughToEnd(): boolean {
    return this.#tools.signal.aborted && this.#state.isUsable();
  }
}
