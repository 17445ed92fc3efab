import { endOf, type Ticket, type Token, ticketKey } from '../macaroon/bundle.js';
import { validity } from '../macaroon/macaroon.js';

/** A discharge and when it came, by which half of its life is reckoned. */
export interface Discharge extends Token {
  /** Unix milliseconds; undefined when it came with the token. */
  readonly arrived: number | undefined;
}

/**
 * The discharges at hand, one a ticket: of several, Fly takes the first that is signed right, even when it has
 * ended. All times are Unix milliseconds.
 */
export class Discharges {
  readonly #byTicket = new Map<string, Discharge>();

  /** Of the discharges given, keeps the one that lasts longest for each of the tickets, and none for others. */
  constructor(tickets: readonly Ticket[], given: readonly Discharge[]) {
    const keys = new Set(tickets.map(({ ticket }) => ticketKey(ticket)));
    for (const discharge of given) {
      const key = ticketKey(discharge.macaroon.nonce.kid);
      const other = this.#byTicket.get(key);
      const isBest = other === undefined || endOf(other) < endOf(discharge);
      if (keys.has(key) && isBest) this.#byTicket.set(key, discharge);
    }
  }

  get all(): readonly Discharge[] {
    return [...this.#byTicket.values()];
  }

  /** Takes the place of the ticket's discharge; whether there was one. */
  put(ticket: Ticket, discharge: Discharge): boolean {
    const key = ticketKey(ticket.ticket);
    const had = this.#byTicket.has(key);
    this.#byTicket.set(key, discharge);
    return had;
  }

  /** When the ticket's discharge has `refreshBefore` ms left, or half of its life where that is less; long ago when it is missing. */
  dueAt({ ticket }: Ticket, refreshBefore: number): number {
    const discharge = this.#byTicket.get(ticketKey(ticket));
    if (discharge === undefined) return Number.NEGATIVE_INFINITY;
    const end = endOf(discharge);
    const start = Math.max((validity(discharge.macaroon).notBefore ?? 0) * 1000, discharge.arrived ?? 0);
    // A short life isn't spent on refreshing it all the time.
    return end - Math.max(0, Math.min(refreshBefore, (end - start) / 2));
  }

  /** Drops what has ended. */
  dropEnded(now: number): void {
    for (const [key, discharge] of this.#byTicket) {
      if (endOf(discharge) <= now) this.#byTicket.delete(key);
    }
  }
}
