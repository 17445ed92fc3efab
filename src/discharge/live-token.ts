import type { UnixMs } from '../clock.js';
import type { ActionError } from '../errors.js';
import { type Bundle, endOfAll, type Ticket, type Token } from '../macaroon/bundle.js';
import type { Discharge } from './discharges.js';
import type { LiveTokenTools } from './live-token-tools.js';
import { Refresh } from './refresh.js';
import { tokenEnded } from './refresh-errors.js';
import { TokenState } from './token-state.js';

/**
 * Token that can be used at any moment of a step. It fetches discharges that are missing or near their end, once for
 * all callers that ask at the same time. When that fails it keeps those that still hold.
 */
export class LiveToken {
  readonly #tools: LiveTokenTools;
  readonly #state: TokenState;
  readonly #refresh: Refresh;
  /** Header that the last renewal led to. */
  #renewed: string | undefined;

  /** Keeps the discharges given. `refreshBefore` is in ms before a discharge's end, at most half of its life. */
  constructor(
    bundle: Bundle,
    discharges: readonly Discharge[],
    refreshBefore: number,
    tools: LiveTokenTools,
  ) {
    this.#tools = tools;
    this.#state = new TokenState(bundle, discharges, refreshBefore, tools.now);
    this.#refresh = new Refresh(this.#state, tools);
  }

  /** Bundle as it would be sent now. */
  get bundle(): Bundle {
    return this.#state.bundle;
  }

  get discharges(): readonly Discharge[] {
    return this.#state.discharges;
  }

  /** Returns the time by the servers' clocks; asks one of them when none has answered yet. */
  async serverTime(): Promise<UnixMs> {
    await this.#tools.learnTime();
    return this.#tools.now();
  }

  /** Replaces the permission tokens by attenuated copies. Their discharges hold for those, too. */
  narrow(permissions: readonly Token[]): void {
    this.#state.narrow(permissions);
  }

  /**
   * Returns the Authorization header and refreshes discharges that are due. Throws when no permission token can be
   * completed. After the step's end it refreshes nothing: what still holds is enough to give leases back.
   */
  async header(): Promise<string> {
    const { readyHeader } = this.#state;
    if (readyHeader !== undefined) return readyHeader;
    await this.#requireAlive();
    const due = this.#state.due();
    if (due.length === 0) return this.#state.remember();
    await this.#refresh.run(due);
    return this.#state.header;
  }

  /**
   * Fetches every discharge again after a 401 and returns the header; undefined when there is nothing to fetch.
   * Callers whom Fly refused with the same header share one refresh. Throws as `header` does.
   */
  async renew(refused: string): Promise<string | undefined> {
    await this.#requireAlive();
    // Fly refuses the new discharges, too, so they are not the cause.
    if (refused === this.#renewed) return undefined;
    if (!this.#refresh.isRunning && this.#state.header !== refused) return this.#state.header;
    const tickets = this.#state.tickets();
    if (tickets.length === 0) return undefined;
    await this.#refresh.run(tickets, 'Fly did not accept the token (401); its discharges are fetched anew');
    const renewed = this.#state.header;
    if (renewed === refused) return undefined;
    this.#renewed = renewed;
    return renewed;
  }

  /** Returns why the last try for a ticket's discharge failed; undefined if it did not, or if there was none. */
  failureOf(ticket: Ticket): ActionError | undefined {
    return this.#refresh.failureOf(ticket);
  }

  /** Returns the time until which the bundle needs no refresh; undefined when it can't be used now. */
  usableUntil(): UnixMs | undefined {
    return this.#state.usableUntil();
  }

  /** Throws `token expired` when every permission token has ended by the servers' time. */
  async #requireAlive(): Promise<void> {
    const { permissions } = this.#state.bundle;
    if (permissions.length === 0 || this.#state.alive().length > 0) return;
    await this.#tools.learnTime();
    if (this.#state.alive().length > 0) return;
    throw tokenEnded(endOfAll(permissions), this.#tools);
  }
}
