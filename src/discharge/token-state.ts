import type { UnixMs } from '../clock.js';
import {
  authorization,
  type Bundle,
  endOf,
  type Ticket,
  type Token,
  ticketKey,
  ticketsOf,
  usableUntil,
} from '../macaroon/bundle.js';
import { type Discharge, Discharges } from './discharges.js';

/** Header that stays right from `from` until `until`, by the servers' time, unless the token changes. */
interface ReadyHeader {
  readonly header: string;
  readonly from: UnixMs;
  readonly until: UnixMs;
}

/** State of a token: its parts, and which of them hold at the servers' time. Sends nothing. */
export class TokenState {
  readonly #now: () => UnixMs;
  /** Milliseconds before a discharge's end at which it is due, or half of its life if that is less. */
  readonly #refreshBefore: number;
  readonly #discharges: Discharges;
  #bundle: Bundle;
  #ready: ReadyHeader | undefined;

  /** Keeps the discharges given. `now` returns the time by the servers' clocks. */
  constructor(bundle: Bundle, discharges: readonly Discharge[], refreshBefore: number, now: () => UnixMs) {
    this.#now = now;
    this.#bundle = bundle;
    this.#refreshBefore = refreshBefore;
    this.#discharges = new Discharges(bundle.permissions.flatMap(ticketsOf), discharges);
  }

  /** Bundle as it would be sent now. */
  get bundle(): Bundle {
    return { ...this.#bundle, discharges: this.discharges };
  }

  get discharges(): readonly Discharge[] {
    return this.#discharges.all;
  }

  /** Authorization header as it would be sent now. */
  get header(): string {
    return authorization(this.bundle);
  }

  /** Header that `remember` stored; undefined once something has ended, fallen due or changed. */
  get readyHeader(): string | undefined {
    const now = this.#now();
    const isRight = this.#ready !== undefined && this.#ready.from <= now && now < this.#ready.until;
    return isRight ? this.#ready?.header : undefined;
  }

  /** Remembers the header until something can change it; otherwise each of a thousand requests would compute it again. */
  remember(): string {
    const { header } = this;
    const ends = this.alive().map(endOf);
    const dues = this.tickets().map((ticket) => this.#discharges.dueAt(ticket, this.#refreshBefore));
    this.#ready = { header, from: this.#now(), until: Math.min(...ends, ...dues) };
    return header;
  }

  /** Returns the permission tokens that have not ended. */
  alive(): Token[] {
    return this.#bundle.permissions.filter((token) => endOf(token) > this.#now());
  }

  /** Returns the tickets of the permission tokens that have not ended, each once. */
  tickets(): Ticket[] {
    const tickets = this.alive().flatMap(ticketsOf);
    return [...new Map(tickets.map((it) => [ticketKey(it.ticket), it])).values()];
  }

  /** Returns the tickets whose discharge is missing or near its end. */
  due(): Ticket[] {
    return this.#dueWithin(this.#refreshBefore);
  }

  /** Returns whether no discharge is missing, though some may be near their end. */
  isComplete(): boolean {
    return this.#dueWithin(0).length === 0;
  }

  /** Returns the time until which the bundle needs no refresh; undefined when it can't be used now. */
  usableUntil(): UnixMs | undefined {
    const alive = this.alive();
    // A bundle without any permission token has no end; one whose permission tokens have all ended is of no use.
    if (alive.length === 0 && this.#bundle.permissions.length > 0) return undefined;
    return usableUntil({ ...this.bundle, permissions: alive });
  }

  /** Returns whether a permission token can be used now. */
  isUsable(): boolean {
    return (this.usableUntil() ?? 0) > this.#now();
  }

  /** Replaces the permission tokens by attenuated ones, whose tickets are the same. */
  narrow(permissions: readonly Token[]): void {
    this.#bundle = { ...this.#bundle, permissions };
    this.#ready = undefined;
  }

  /** Replaces the discharge of a ticket. Returns whether there was one. */
  put(ticket: Ticket, discharge: Discharge): boolean {
    this.#ready = undefined;
    return this.#discharges.put(ticket, discharge);
  }

  /** Drops the discharges that have ended. */
  dropEnded(): void {
    this.#discharges.dropEnded(this.#now());
    this.#ready = undefined;
  }

  #dueWithin(refreshBefore: number): Ticket[] {
    const now = this.#now();
    return this.tickets().filter((ticket) => this.#discharges.dueAt(ticket, refreshBefore) <= now);
  }
}
