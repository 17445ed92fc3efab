import { ActionError } from '../../errors.js';
import type { HttpResponse } from '../../http/transport.js';
import { withoutHeader } from '../../known-secrets.js';
import { parseToken, type Ticket, type Token, ticketKey } from '../../macaroon/bundle.js';
import { splitTokenText } from '../../macaroon/token-text.js';
import { excerpt } from '../../text.js';
import { type Answer, parseAnswer } from './answer.js';
import { type Approval, parsePerson } from './approval.js';
import { hintFor, refusal } from './refusal.js';
import { type RequestTools, ThirdPartyRequests } from './requests.js';

const FIRST_POLL_MS = 1_000;
const MAX_POLL_MS = 15_000;

/** Dependencies of `fetchDischarge`. */
export interface ThirdPartyTools extends RequestTools {
  /** Absent when no person may be asked. */
  readonly approval?: Approval | undefined;
}

/**
 * Hands one ticket to its third party and returns the discharge, polling if the third party asks for that. The third
 * party gets the ticket and its own credential, never the token. Throws a `third party refused` error for anything
 * that is not a discharge of this very ticket. (superfly/macaroon: tp/README.md)
 */
export async function fetchDischarge(
  tools: ThirdPartyTools,
  ticket: Ticket,
  signal: AbortSignal,
): Promise<Token> {
  const exchange = new Exchange(tools, ticket, signal);
  try {
    return await obtain(exchange);
  } catch (error) {
    throw exchange.requests.unanswered(error);
  }
}

async function obtain(exchange: Exchange): Promise<Token> {
  const first = await exchange.start();
  if (first.discharge !== undefined) return exchange.accept(first.discharge);
  if (first.poll_url !== undefined) return exchange.accept(await exchange.poll(first.poll_url));
  if (first.user_interactive !== undefined)
    return exchange.accept(await exchange.approved(first.user_interactive));
  throw exchange.refused('its answer holds neither a discharge nor a place to ask for one');
}

class Exchange {
  readonly requests: ThirdPartyRequests;
  readonly #approval: Approval | undefined;
  readonly #ticket: Ticket;

  constructor(tools: ThirdPartyTools, ticket: Ticket, signal: AbortSignal) {
    this.#approval = tools.approval;
    this.#ticket = ticket;
    this.requests = new ThirdPartyRequests(tools, ticket.location, signal);
  }

  async start(): Promise<Answer> {
    return this.#read(await this.requests.start(JSON.stringify({ ticket: ticketKey(this.#ticket.ticket) })));
  }

  /** Polls until there is an answer, each pause twice the last one. A poll URL gives its answer only once. */
  async poll(pollUrl: string): Promise<string> {
    const url = this.requests.sameOrigin(pollUrl, 'poll URL');
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(2 * pause, MAX_POLL_MS)) {
      const response = await this.requests.ask(url);
      if (response.status !== 202) {
        const { discharge } = this.#read(response);
        if (discharge === undefined) throw this.refused('its answer to a poll holds no discharge');
        return discharge;
      }
      await this.requests.pause(pause);
    }
  }

  /** Shows a person the URL for approval, and polls until there is one. */
  async approved(given: unknown): Promise<string> {
    if (this.#approval === undefined) {
      throw this.refused('it wants a person to log in', {
        hint: 'Give `approve: true` if a person can log in while the step runs, or use a token whose third parties need no person.',
      });
    }
    const person = parsePerson(given, this.requests.url);
    if (person === undefined)
      throw this.refused('it wants a person to log in, but gives no URL that is safe to open');
    // Checked first, so that no person approves in vain.
    this.requests.sameOrigin(person.pollUrl, 'poll URL');
    this.#approval.ask(person.userUrl, this.#ticket.location);
    this.requests.awaitPerson(this.#approval.signal);
    return this.poll(person.pollUrl);
  }

  accept(text: string): Token {
    let token: Token;
    try {
      token = parseToken(onlyMacaroon(text));
    } catch (error) {
      throw this.refused('its discharge can not be read', { cause: error });
    }
    if (Buffer.compare(token.macaroon.nonce.kid, this.#ticket.ticket) !== 0) {
      throw this.refused('its discharge is for another ticket');
    }
    return token;
  }

  refused(what: string, details: Parameters<typeof refusal>[2] = {}): ActionError {
    return refusal(this.#ticket.location, what, details);
  }

  #read({ status, body }: HttpResponse): Answer {
    const answer = parseAnswer(body);
    if (answer?.error !== undefined)
      throw this.#failed(status, `it answered ${status}: ${excerpt(this.#withoutSecrets(answer.error))}`);
    if (status >= 300) throw this.#failed(status, `it answered ${status}`);
    if (answer === undefined)
      throw this.#failed(status, `its answer (${status}) is not the JSON that was expected`);
    return answer;
  }

  /** Removes our ticket and credential from a text: an error may repeat what we sent. */
  #withoutSecrets(text: string): string {
    return withoutHeader(text, `${ticketKey(this.#ticket.ticket)} ${this.requests.shown.header ?? ''}`);
  }

  #failed(status: number, what: string): ActionError {
    const hint = hintFor(status, new URL(this.#ticket.location), this.requests.shown);
    return this.refused(what, { status, hint });
  }
}

/** Returns the one macaroon in a text. We send a discharge on to Fly as it is, so nothing else may stand beside it. */
function onlyMacaroon(text: string): string {
  const [first, ...others] = splitTokenText(text);
  if (first?.kind !== 'macaroon' || others.length > 0)
    throw new ActionError('token format', 'not one macaroon');
  return first.text;
}
