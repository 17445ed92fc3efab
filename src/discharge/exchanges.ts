import pLimit, { type LimitFunction } from 'p-limit';
import { ActionError, asActionError } from '../errors.js';
import { endOf, type Ticket, type Token, ticketKey } from '../macaroon/bundle.js';
import { formatDuration, formatTime } from '../text.js';
import type { Discharge } from './discharges.js';

/** Under way at once; one that waits for a person holds no place. */
const AT_ONCE = 4;

/** What discharges are fetched with. */
export interface ExchangeTools {
  /** Unix time in milliseconds by the servers' clocks, as far as they are known. */
  readonly now: () => number;
  /** Makes sure that `now` is the servers' time; asks one of them when none has answered yet. */
  readonly learnTime: () => Promise<void>;
  /** Tells, by the third parameter, once it waits for a person, who may take longer than the signal lets others. */
  readonly fetchDischarge: (ticket: Ticket, signal: AbortSignal, onPerson: () => void) => Promise<Token>;
  /** Told of each new discharge before anything else happens, so that it is masked. */
  readonly onSecret: (text: string) => void;
  readonly info: (message: string) => void;
}

/** Hands in tickets side by side, and remembers why the last try for one came to nothing. */
export class Exchanges {
  readonly #tools: ExchangeTools;
  readonly #put: (ticket: Ticket, discharge: Discharge) => boolean;
  readonly #failures = new Map<string, ActionError>();

  /** `put` takes a discharge in, and tells whether there was one. */
  constructor(tools: ExchangeTools, put: (ticket: Ticket, discharge: Discharge) => boolean) {
    this.#tools = tools;
    this.#put = put;
  }

  /** Undefined where it didn't, or none was made. */
  failureOf({ ticket }: Ticket): ActionError | undefined {
    return this.#failures.get(ticketKey(ticket));
  }

  /** Fetches a discharge for each ticket; how each ended comes in their order. `onPerson` is told once a person is waited for. */
  all(
    tickets: readonly Ticket[],
    signal: AbortSignal,
    onPerson: () => void,
  ): Promise<PromiseSettledResult<void>[]> {
    const places = pLimit(AT_ONCE);
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

/** Does work in a place of its own, which is free again once `onAsked` was called: what waits for a person keeps none. */
function untilAsked<T>(places: LimitFunction, work: (onAsked: () => void) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    void places(
      () =>
        new Promise<void>((free) => {
          work(free).then(resolve, reject).finally(free);
        }),
    );
  });
}
