import { ActionError, asActionError } from '../errors.js';
import { endOf, type Ticket, type Token, ticketKey } from '../macaroon/bundle.js';
import { type Places, placesFor } from '../places.js';
import { formatDuration, formatTime } from '../text.js';
import type { Discharge } from './discharges.js';

/** Most exchanges under way at once; one that waits for a person does not count. */
const EXCHANGES_AT_ONCE = 4;

/** Dependencies of `Exchanges`. */
export interface ExchangeTools {
  /** Returns Unix milliseconds by the servers' clocks, as far as they are known. */
  readonly now: () => number;
  /** Ensures that `now` is the servers' time; asks one of them when none has answered yet. */
  readonly learnTime: () => Promise<void>;
  /** Calls `onPerson` once it waits for a person, who may take longer than the signal allows other waits. */
  readonly fetchDischarge: (ticket: Ticket, signal: AbortSignal, onPerson: () => void) => Promise<Token>;
  /** Masks a new discharge; called before anything else happens to it. */
  readonly onSecret: (text: string) => void;
  readonly info: (message: string) => void;
}

/** Exchanges of tickets for discharges, side by side. Remembers why the last try for a ticket failed. */
export class Exchanges {
  readonly #tools: ExchangeTools;
  readonly #put: (ticket: Ticket, discharge: Discharge) => boolean;
  readonly #failures = new Map<string, ActionError>();

  /** Uses `put` to store a discharge; it returns whether there was one before. */
  constructor(tools: ExchangeTools, put: (ticket: Ticket, discharge: Discharge) => boolean) {
    this.#tools = tools;
    this.#put = put;
  }

  /** Returns why the last try for a ticket failed; undefined if it did not, or if there was none. */
  failureOf({ ticket }: Ticket): ActionError | undefined {
    return this.#failures.get(ticketKey(ticket));
  }

  /** Fetches a discharge for each ticket; results keep their order. Calls `onPerson` once it waits for a person. */
  all(
    tickets: readonly Ticket[],
    signal: AbortSignal,
    onPerson: () => void,
  ): Promise<PromiseSettledResult<void>[]> {
    const places = placesFor(EXCHANGES_AT_ONCE);
    const one = (ticket: Ticket) =>
      untilAsked(places, (onAsked) =>
        this.#remembering(ticket, signal, () => {
          onAsked();
          onPerson();
        }),
      );
    return Promise.allSettled(tickets.map(one));
  }

  async #remembering(ticket: Ticket, signal: AbortSignal, onPerson: () => void): Promise<void> {
    const key = ticketKey(ticket.ticket);
    try {
      await this.#fetch(ticket, signal, onPerson);
      this.#failures.delete(key);
    } catch (error) {
      this.#failures.set(key, asActionError(error));
      throw error;
    }
  }

  async #fetch(ticket: Ticket, signal: AbortSignal, onPerson: () => void): Promise<void> {
    const token = await this.#tools.fetchDischarge(ticket, signal, onPerson);
    this.#tools.onSecret(token.text);
    const end = endOf(token);
    if (end <= this.#tools.now()) await this.#tools.learnTime();
    const now = this.#tools.now();
    if (end <= now) {
      throw new ActionError(
        'third party refused',
        `${ticket.location}: its discharge ended at ${formatTime(end)} already`,
      );
    }
    const did = this.#put(ticket, { ...token, arrived: now }) ? 'refreshed' : 'acquired';
    const life = Number.isFinite(end)
      ? `until ${formatTime(end)} (${formatDuration(end - now)})`
      : 'without an end';
    this.#tools.info(`Discharge of ${ticket.location} ${did}, valid ${life}`);
  }
}

/** Does work in a slot of its own. `onAsked` frees the slot, since work that waits for a person needs none. */
function untilAsked<T>(places: Places, work: (onAsked: () => void) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    void places(
      () =>
        new Promise<void>((free) => {
          work(free).then(resolve, reject).finally(free);
        }),
    );
  });
}
