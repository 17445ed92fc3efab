import { ActionError } from '../errors.js';
import { READ, TICKET, withRetries } from '../http/retry.js';
import type { HttpRequest, HttpResponse, Transport } from '../http/transport.js';
import { parseToken, type Ticket, type Token, ticketKey } from '../macaroon/bundle.js';
import { splitTokenText } from '../macaroon/token-text.js';
import { excerpt, withoutHeader } from '../text.js';
import { type Approval, parsePerson } from './approval.js';
import { type Awaited, ITS_FAULT, inVain } from './in-vain.js';
import { requireSafe } from './origins.js';
import { ShownCredential, type ShownCredentialTools } from './shown-credential.js';
import { type Answer, hintFor, parseAnswer } from './third-party-answer.js';

const INIT_PATH = '.well-known/macfly/3p';
const MAX_BYTES = 256 * 1024;
const FIRST_POLL_MS = 1_000;
const MAX_POLL_MS = 15_000;
const MAX_REDIRECTS = 3;

/** What a ticket is handed in with. */
export interface ThirdPartyTools extends ShownCredentialTools {
  readonly transport: Transport;
  readonly jitter: () => number;
  /** Absent where nobody is to be asked. */
  readonly approval?: Approval | undefined;
}

/**
 * Hands one ticket to its third party and returns the discharge, polling where it asks for that. The third
 * party gets the ticket and its own credential, never the token. Throws a `third party refused` error for
 * whatever isn't a discharge of this very ticket. (superfly/macaroon: tp/README.md)
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
    throw exchange.unanswered(error);
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
  readonly #tools: ThirdPartyTools;
  readonly #ticket: Ticket;
  readonly #shown: ShownCredential;
  #signal: AbortSignal;
  #awaited: Awaited = 'third party';
  /** Where the next request goes to, or the last one went: what relative references are relative to. */
  #url: URL;

  constructor(tools: ThirdPartyTools, ticket: Ticket, signal: AbortSignal) {
    this.#tools = tools;
    this.#ticket = ticket;
    this.#signal = signal;
    if (!URL.canParse(ticket.location)) throw this.refused('its location is not a URL');
    this.#url = new URL(`${ticket.location.replace(/\/$/, '')}/${INIT_PATH}`);
    requireSafe(this.#url, tools.credentials);
    // All of its requests go to the one origin.
    this.#shown = new ShownCredential(tools, this.#url.origin, ticket.location);
  }

  async start(): Promise<Answer> {
    const body = JSON.stringify({ ticket: ticketKey(this.#ticket.ticket) });
    return this.#read(await this.#send(this.#url, 'POST', body));
  }

  /** Asks until there is an answer, each pause twice the last; a poll URL gives its answer once. */
  async poll(pollUrl: string): Promise<string> {
    const url = this.#sameOrigin(pollUrl, 'poll URL');
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(2 * pause, MAX_POLL_MS)) {
      const response = await this.#send(url, 'GET');
      if (response.status !== 202) {
        const { discharge } = this.#read(response);
        if (discharge === undefined) throw this.refused('its answer to a poll holds no discharge');
        return discharge;
      }
      await this.#tools.clock.sleep(pause, this.#signal);
    }
  }

  /** Shows a person where to approve, and asks until somebody has. */
  async approved(given: unknown): Promise<string> {
    const { approval } = this.#tools;
    if (approval === undefined) {
      throw this.refused('it wants a person to log in', {
        hint: 'Give `approve: true` where somebody is there to do it, or a token whose third parties need no person.',
      });
    }
    const person = parsePerson(given, this.#url);
    if (person === undefined) throw this.refused('it wants a person, but to no URL that one can be sent to');
    // Nobody is asked in vain.
    this.#sameOrigin(person.pollUrl, 'poll URL');
    approval.ask(person.userUrl, this.#ticket.location);
    this.#signal = approval.signal;
    this.#awaited = 'person';
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

  refused(what: string, details: { hint?: string; status?: number; cause?: unknown } = {}): ActionError {
    const isDown = (details.status ?? 0) >= 500;
    const message = `${this.#ticket.location}: ${what}`;
    return new ActionError(isDown ? 'missing discharge' : 'third party refused', message, {
      hint: ITS_FAULT,
      ...details,
    });
  }

  /** Says who was asked where there was no answer. */
  unanswered(error: unknown): unknown {
    return inVain(error, this.#awaited, this.#ticket.location);
  }

  async #send(url: URL, method: 'GET' | 'POST', body?: string): Promise<HttpResponse> {
    const { clock, jitter } = this.#tools;
    this.#url = url;
    if (this.#shown.isDue) {
      const awaited = this.#awaited;
      this.#awaited = 'GitHub';
      await this.#shown.renew(this.#signal);
      this.#awaited = awaited;
    }
    // A service of one's own may have to be woken up, and what a person was asked for is not given up for a trouble on the way.
    const policy = this.#awaited === 'person' || this.#shown.audience !== undefined ? READ : TICKET;
    for (let redirects = 0; ; redirects += 1) {
      const request = this.#request(this.#url, method, body);
      const response = await withRetries(policy, { clock, jitter, signal: this.#signal }, () =>
        this.#tools.transport(request),
      );
      const next = response.headers['location'];
      if (response.status < 300 || response.status > 399 || next === undefined) return response;
      if (redirects === MAX_REDIRECTS) throw this.refused(`it redirects more than ${MAX_REDIRECTS} times`);
      this.#url = this.#sameOrigin(next, 'redirect');
    }
  }

  #request(url: URL, method: 'GET' | 'POST', body: string | undefined): HttpRequest {
    const { header: authorization } = this.#shown;
    return {
      method,
      url,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(body === undefined ? {} : { body }),
      signal: this.#signal,
      maxBytes: MAX_BYTES,
    };
  }

  #sameOrigin(reference: string, what: string): URL {
    const url = URL.canParse(reference, this.#url.href) ? new URL(reference, this.#url) : undefined;
    if (url?.origin !== this.#url.origin) throw this.refused(`its ${what} leads to another origin`);
    return url;
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

  /** What it was sent may come back in its error. */
  #withoutSecrets(text: string): string {
    return withoutHeader(text, `${ticketKey(this.#ticket.ticket)} ${this.#shown.header ?? ''}`);
  }

  #failed(status: number, what: string): ActionError {
    return this.refused(what, { status, hint: hintFor(status, this.#shown.audience) });
  }
}

/** The one macaroon in a text; a discharge is sent on to Fly as it is, so nothing else may stand beside it. */
function onlyMacaroon(text: string): string {
  const [first, ...others] = splitTokenText(text);
  if (first?.kind !== 'macaroon' || others.length > 0)
    throw new ActionError('token format', 'not one macaroon');
  return first.text;
}
