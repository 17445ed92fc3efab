import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import { TICKET, withRetries } from '../http/retry.js';
import { type HttpRequest, type HttpResponse, TooLarge, type Transport } from '../http/transport.js';
import { parseToken, type Ticket, type Token, ticketKey } from '../macaroon/bundle.js';
import { splitTokenText } from '../macaroon/token-text.js';
import { excerpt, withoutHeader } from '../text.js';
import { type Credential, requireSafe } from './origins.js';
import { type Answer, hintFor, parseAnswer } from './third-party-answer.js';

const INIT_PATH = '.well-known/macfly/3p';
const MAX_BYTES = 256 * 1024;
const FIRST_POLL_MS = 1_000;
const MAX_POLL_MS = 15_000;
const MAX_REDIRECTS = 3;
const ITS_FAULT =
  'That is a fault of the third party: run the job again, and tell whoever runs it if it stays.';

/** What a ticket is handed in with. */
export interface ThirdPartyTools {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly jitter: () => number;
  readonly credentials: readonly Credential[];
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
  if (first.user_interactive !== undefined) {
    throw exchange.refused('it wants a person to log in', {
      hint: 'No person is there in CI: make a token that needs none with `fly tokens create deploy`.',
    });
  }
  throw exchange.refused('its answer holds neither a discharge nor a place to ask for one');
}

class Exchange {
  readonly #tools: ThirdPartyTools;
  readonly #ticket: Ticket;
  readonly #signal: AbortSignal;
  /** Where the next request goes to, or the last one went: what relative references are relative to. */
  #url: URL;

  constructor(tools: ThirdPartyTools, ticket: Ticket, signal: AbortSignal) {
    this.#tools = tools;
    this.#ticket = ticket;
    this.#signal = signal;
    if (!URL.canParse(ticket.location)) throw this.refused('its location is not a URL');
    this.#url = new URL(`${ticket.location.replace(/\/$/, '')}/${INIT_PATH}`);
    requireSafe(this.#url, tools.credentials);
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
    if (!(error instanceof ActionError) || !(error.class === 'network' || error.class === 'timeout'))
      return error;
    return new ActionError(error.class, `${this.#ticket.location}: ${error.message}`, {
      hint:
        error.cause instanceof TooLarge
          ? ITS_FAULT
          : 'The third party seems to be slow, down or out of reach; run the job again later.',
      cause: error.cause,
    });
  }

  async #send(url: URL, method: 'GET' | 'POST', body?: string): Promise<HttpResponse> {
    const { clock, jitter } = this.#tools;
    this.#url = url;
    for (let redirects = 0; ; redirects += 1) {
      const request = this.#request(this.#url, method, body);
      const response = await withRetries(TICKET, { clock, jitter, signal: this.#signal }, () =>
        this.#tools.transport(request),
      );
      const next = response.headers['location'];
      if (response.status < 300 || response.status > 399 || next === undefined) return response;
      if (redirects === MAX_REDIRECTS) throw this.refused(`it redirects more than ${MAX_REDIRECTS} times`);
      this.#url = this.#sameOrigin(next, 'redirect');
    }
  }

  #request(url: URL, method: 'GET' | 'POST', body: string | undefined): HttpRequest {
    const credential = this.#tools.credentials.find(({ origin }) => origin === url.origin);
    return {
      method,
      url,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(credential === undefined ? {} : { authorization: credential.authorization }),
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
    const credential = this.#tools.credentials.find(({ origin }) => origin === this.#url.origin);
    return withoutHeader(text, `${ticketKey(this.#ticket.ticket)} ${credential?.authorization ?? ''}`);
  }

  #failed(status: number, what: string): ActionError {
    return this.refused(what, { status, hint: hintFor(status) });
  }
}

/** The one macaroon in a text; a discharge is sent on to Fly as it is, so nothing else may stand beside it. */
function onlyMacaroon(text: string): string {
  const [first, ...others] = splitTokenText(text);
  if (first?.kind !== 'macaroon' || others.length > 0)
    throw new ActionError('token format', 'not one macaroon');
  return first.text;
}
