import { unlessAborted } from '../abort.js';
import { withTimeout } from '../clock.js';
import { ActionError, asActionError } from '../errors.js';
import {
  authorization,
  type Bundle,
  endOf,
  endOfAll,
  type Ticket,
  type Token,
  ticketKey,
  ticketsOf,
  usableUntil,
} from '../macaroon/bundle.js';
import { count, formatDuration } from '../text.js';
import { crowdOf } from './crowd.js';
import { type Discharge, Discharges } from './discharges.js';
import { Exchanges } from './exchanges.js';
import { ended, tokenEnded, withoutDischarge } from './session-errors.js';
import type { SessionTools } from './session-tools.js';

/** All discharges of one refresh together may take so long, but for those that a person approves; less while those at hand still hold. */
const REFRESH_LIMIT_MS = 60_000;
const EARLY_REFRESH_LIMIT_MS = 45_000;
/** So long is an early refresh waited for; what is at hand is used meanwhile. */
const EARLY_WAIT_MS = 5_000;
/** After a refresh that failed while the old discharges still hold, the next try waits. */
const COOLDOWN_MS = 15_000;

/**
 * A token that is ready to be used at any moment of a step: fetches the discharges that are missing or near
 * their end, once for all who ask at the same time, and keeps what still holds when that fails.
 */
export class Session {
  readonly #tools: SessionTools;
  #bundle: Bundle;
  /** Before its end, in milliseconds; at most half of a discharge's life. */
  readonly #refreshBefore: number;
  readonly #discharges: Discharges;
  #refreshing: Promise<void> | undefined;
  /** Resolves once the refresh waits for a person. */
  #asked = Promise.resolve();
  #coolUntil = 0;
  readonly #exchanges: Exchanges;
  /** What stays right while the servers' time is between the two and no discharge changes. */
  #ready: { readonly header: string; readonly from: number; readonly until: number } | undefined;
  /** The header that came of the last renewal. */
  #renewed: string | undefined;

  constructor(bundle: Bundle, discharges: readonly Discharge[], refreshBefore: number, tools: SessionTools) {
    this.#tools = tools;
    this.#bundle = bundle;
    this.#refreshBefore = refreshBefore;
    this.#discharges = new Discharges(bundle.permissions.flatMap(ticketsOf), discharges);
    this.#exchanges = new Exchanges(tools, (ticket, discharge) => {
      this.#ready = undefined;
      return this.#discharges.put(ticket, discharge);
    });
  }

  /** The bundle as it would be sent now. */
  get bundle(): Bundle {
    return { ...this.#bundle, discharges: this.discharges };
  }

  get discharges(): readonly Discharge[] {
    return this.#discharges.all;
  }

  /** Unix milliseconds by the servers' clocks; asks one of them when none has answered yet. */
  async serverTime(): Promise<number> {
    await this.#tools.learnTime();
    return this.#tools.now();
  }

  /** Goes on with the same permission tokens attenuated; the discharges hold for those, too. */
  narrow(permissions: readonly Token[]): void {
    this.#bundle = { ...this.#bundle, permissions };
    this.#ready = undefined;
  }

  /**
   * The Authorization header, refreshed where that is due. Throws when no permission token can be completed. After the
   * step's end nothing is refreshed any more: what still holds is enough for giving leases back.
   */
  async header(): Promise<string> {
    const now = this.#tools.now();
    if (this.#ready !== undefined && this.#ready.from <= now && now < this.#ready.until)
      return this.#ready.header;
    await this.#requireAlive();
    const due = this.#due();
    if (due.length === 0) return this.#remembered();
    await this.#refresh(due);
    return authorization(this.bundle);
  }

  /** For each of a thousand requests all this would be worked out anew. */
  #remembered(): string {
    const header = authorization(this.bundle);
    const ends = this.#alive().map(endOf);
    const dues = this.#tickets().map((ticket) => this.#discharges.dueAt(ticket, this.#refreshBefore));
    this.#ready = { header, from: this.#tools.now(), until: Math.min(...ends, ...dues) };
    return header;
  }

  /**
   * After a 401: fetches every discharge anew and returns the header, or undefined when there is nothing to
   * fetch. Callers that were refused with the same header share one refresh. Throws as `header` does.
   */
  async renew(refused: string): Promise<string | undefined> {
    await this.#requireAlive();
    // What was fetched anew is refused as well: the discharges are not the trouble.
    if (refused === this.#renewed) return undefined;
    if (this.#refreshing === undefined && authorization(this.bundle) !== refused)
      return authorization(this.bundle);
    const tickets = this.#tickets();
    if (tickets.length === 0) return undefined;
    await this.#refresh(tickets, 'Fly did not accept the token (401); its discharges are fetched anew');
    const renewed = authorization(this.bundle);
    if (renewed === refused) return undefined;
    this.#renewed = renewed;
    return renewed;
  }

  /** Why the last try for a ticket's discharge came to nothing; undefined where it didn't, or none was made. */
  failureOf(ticket: Ticket): ActionError | undefined {
    return this.#exchanges.failureOf(ticket);
  }

  /** Unix milliseconds until which the bundle can be used without a refresh; undefined when it can't be used now. */
  usableUntil(): number | undefined {
    const alive = this.#alive();
    // A bundle without a permission token has no end, which is not what one of tokens that have ended is.
    if (alive.length === 0 && this.#bundle.permissions.length > 0) return undefined;
    return usableUntil({ ...this.bundle, permissions: alive });
  }

  #alive(): Token[] {
    return this.#bundle.permissions.filter((token) => endOf(token) > this.#tools.now());
  }

  async #requireAlive(): Promise<void> {
    const { permissions } = this.#bundle;
    if (permissions.length === 0 || this.#alive().length > 0) return;
    await this.#tools.learnTime();
    if (this.#alive().length > 0) return;
    const end = endOfAll(permissions);
    throw tokenEnded(end, this.#tools);
  }

  /** Tickets of the permission tokens that haven't ended, each once. */
  #tickets(): Ticket[] {
    const tickets = this.#alive().flatMap(ticketsOf);
    return [...new Map(tickets.map((it) => [ticketKey(it.ticket), it])).values()];
  }

  #due(): Ticket[] {
    const now = this.#tools.now();
    return this.#tickets().filter((ticket) => this.#discharges.dueAt(ticket, this.#refreshBefore) <= now);
  }

  async #refresh(tickets: readonly Ticket[], why?: string): Promise<void> {
    if (this.#isEnoughToEnd()) return;
    if (this.#refreshing === undefined) {
      if (this.#tools.clock.now() < this.#coolUntil && this.#isUsable()) return;
      if (why !== undefined) this.#tools.info(why);
      let onPerson: () => void = () => undefined;
      this.#asked = new Promise((resolve) => {
        onPerson = resolve;
      });
      this.#refreshing = this.#fetchAll(tickets, onPerson).finally(() => {
        this.#refreshing = undefined;
      });
    }
    const all = this.#refreshing;
    // Nobody waits for a person while what is at hand still holds, unless Fly refuses that.
    const isEarly = why === undefined && this.#isUsable();
    const over = new AbortController();
    const soon = isEarly && this.#areAllHeld() ? [this.#tools.clock.sleep(EARLY_WAIT_MS, over.signal)] : [];
    const refreshing = isEarly ? Promise.race([all, this.#asked, ...soon]) : all;
    try {
      await unlessAborted(this.#tools.signal, refreshing);
    } catch {
      // Its own error says more than the signal's reason.
      if (!this.#isEnoughToEnd()) await refreshing;
    } finally {
      over.abort();
    }
  }

  /** Whether no discharge is missing, though some may be near their end. */
  #areAllHeld(): boolean {
    const now = this.#tools.now();
    return this.#tickets().every((ticket) => this.#discharges.dueAt(ticket, 0) > now);
  }

  /** Whether the step has ended and what is at hand still holds. */
  #isEnoughToEnd(): boolean {
    return this.#tools.signal.aborted && this.#isUsable();
  }

  async #fetchAll(tickets: readonly Ticket[], onPerson: () => void): Promise<void> {
    const { clock, signal } = this.#tools;
    const crowd = crowdOf(this.#alive());
    if (crowd !== undefined) return this.#bear([crowd]);
    const ms = this.#isUsable() ? EARLY_REFRESH_LIMIT_MS : REFRESH_LIMIT_MS;
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
    if (first !== undefined && signal.aborted) throw ended(first);
    if (failures.length > 0) await this.#bear(failures);
    // Not earlier: by a wrong clock of this machine a good discharge may look dead.
    this.#discharges.dropEnded(this.#tools.now());
    this.#ready = undefined;
    // A person may take longer than another discharge lives.
    const overdue = this.#isUsable() ? [] : this.#due();
    if (overdue.length > 0) await this.#fetchAll(overdue, onPerson);
  }

  /** This step has what it needs; later ones will have to fetch it anew. */
  #save(): void {
    try {
      this.#tools.save(this.discharges);
    } catch (error) {
      this.#tools.warn(`Later steps will not find the new discharge. ${asActionError(error).line}`);
    }
  }

  /** A failed refresh is a warning as long as one permission token is complete, and the step's end otherwise. */
  async #bear(failures: readonly ActionError[]): Promise<void> {
    const [first, ...others] = failures;
    if (first === undefined) return;
    const more = others.length === 0 ? '' : ` (and ${count(others.length, 'more failure')})`;
    if (!this.#isUsable()) await this.#tools.learnTime();
    if (!this.#isUsable()) throw withoutDischarge(first, more, this.#tools);
    this.#coolUntil = this.#tools.clock.now() + COOLDOWN_MS;
    this.#tools.warn(
      `A discharge could not be refreshed: ${first.line}${more}. What is at hand still holds.`,
    );
  }

  #isUsable(): boolean {
    return (this.usableUntil() ?? 0) > this.#tools.now();
  }
}
