import { endOf, type Ticket, type Token, ticketKey } from '../macaroon/bundle.js';
import { validity } from '../macaroon/macaroon.js';

/** Discharge and its time of arrival, from which half of its life is counted. */
export interface Discharge extends Token {
  /** Arrival in Unix milliseconds; undefined when it came with the token. */
  readonly arrived: number | undefined;
}

/**
 * Discharges at hand, one for each ticket: of several, Fly takes the first with a right signature, even if it has
 * ended. All times are Unix milliseconds.
 */
export class Discharges {
  readonly #byTicket = new Map<string, Discharge>();

  /** Keeps for each ticket the discharge that lasts longest, and drops discharges of other tickets. */
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

  /** Replaces the ticket's discharge and returns whether there was one. */
  put(ticket: Ticket, discharge: Discharge): boolean {
    const key = ticketKey(ticket.ticket);
    const had = this.#byTicket.has(key);
    this.#byTicket.set(key, discharge);
    return had;
  }

  /**
   * Returns the time from which the ticket's discharge is due: it has `refreshBefore` ms left, or half of its life if that is less;
   * minus infinity when it is missing.
   */
  dueAt({ ticket }: Ticket, refreshBefore: number): number {
    const discharge = this.#byTicket.get(ticketKey(ticket));
    if (discharge === undefined) return Number.NEGATIVE_INFINITY;
    const end = endOf(discharge);
    const start = Math.max((validity(discharge.macaroon).notBefore ?? 0) * 1000, discharge.arrived ?? 0);
    // Half of the life at most: otherwise a short-lived discharge would be due all the time.
    return end - Math.max(0, Math.min(refreshBefore, (end - start) / 2));
  }

  /** Drops the discharges that ended at or before `now`. */
  dropEnded(now: number): void {
    for (const [key, discharge] of this.#byTicket) {
      if (endOf(discharge) <= now) this.#byTicket.delete(key);
    }
  }
}
