import { LastEnd } from '../../http/last-end.js';
import { READ_POLICY, TICKET_POLICY, withRetries } from '../../http/retry.js';
import type { HttpRequest, HttpResponse, Transport } from '../../http/transport.js';
import { inVain, type Respondent } from './in-vain.js';
import { type LocationBounds, parseLocation, requireSafe } from './location.js';
import { refusal } from './refusal.js';
import { ShownCredential, type ShownCredentialTools } from './shown-credential.js';

const INIT_PATH = '.well-known/macfly/3p';
const MAX_DISCHARGE_BYTES = 256 * 1024;
const MAX_REDIRECTS = 3;

/** Dependencies of `ThirdPartyRequests`. */
export interface RequestTools extends ShownCredentialTools, LocationBounds {
  readonly transport: Transport;
  readonly jitter: () => number;
}

/** Requests of one exchange: all go to the third party's one origin, with the credential for that origin alone. */
export class ThirdPartyRequests {
  readonly #tools: RequestTools;
  readonly #location: string;
  readonly shown: ShownCredential;
  #signal: AbortSignal;
  #awaited: Respondent = 'third party';
  /** URL of the next request or, after it, of the last one: the base of relative references. */
  #url: URL;

  /** Prepares requests to a location. Throws `third party refused` for one that no ticket may be sent to. */
  constructor(tools: RequestTools, location: string, signal: AbortSignal) {
    this.#tools = tools;
    this.#location = location;
    this.#signal = signal;
    const url = parseLocation(location);
    if (url === undefined) {
      const hint = 'No ticket is sent to it: use a token whose third-party caveat names a plain URL.';
      throw refusal(location, 'its location is not an address of a host and a path alone', { hint });
    }
    requireSafe(url, tools);
    this.#url = new URL(`${location.replace(/\/$/, '')}/${INIT_PATH}`);
    this.shown = new ShownCredential(tools, url, location);
  }

  get url(): URL {
    return this.#url;
  }

  /** Waits for a person from now on, until this signal aborts. */
  awaitPerson(signal: AbortSignal): void {
    this.#signal = signal;
    this.#awaited = 'person';
  }

  /** Returns an error for a missing answer that says which party was asked. */
  unanswered(error: unknown): unknown {
    return inVain(error, this.#awaited, this.#location);
  }

  /** Sends the body that begins the exchange. */
  start(body: string): Promise<HttpResponse> {
    return this.#send(this.#url, 'POST', body);
  }

  ask(url: URL): Promise<HttpResponse> {
    return this.#send(url, 'GET');
  }

  pause(ms: number): Promise<void> {
    return this.#tools.clock.sleep(ms, this.#signal);
  }

  /** Resolves a reference in the last answer. Throws `third party refused` if it leads to another origin. */
  sameOrigin(reference: string, what: string): URL {
    const url = URL.canParse(reference, this.#url.href) ? new URL(reference, this.#url) : undefined;
    if (url?.origin !== this.#url.origin)
      throw refusal(this.#location, `its ${what} leads to another origin`);
    return url;
  }

  async #send(url: URL, method: 'GET' | 'POST', body?: string): Promise<HttpResponse> {
    const { clock, jitter, transport } = this.#tools;
    this.#url = url;
    if (this.shown.isDue) {
      const awaited = this.#awaited;
      this.#awaited = 'GitHub';
      await this.shown.renew(this.#signal);
      this.#awaited = awaited;
    }
    // A person has been asked by now: READ_POLICY waits as long as a 429 says, TICKET_POLICY would give up.
    const policy = this.#awaited === 'person' ? READ_POLICY : TICKET_POLICY;
    for (let redirects = 0; ; redirects += 1) {
      const request = this.#request(this.#url, method, body);
      const last = new LastEnd();
      const response = await withRetries(policy, { clock, jitter, signal: this.#signal }, (isFresh) =>
        last.of(transport({ ...request, isFresh })),
      ).catch((error: unknown) => {
        if (this.#awaited === 'person') throw error;
        return last.insteadOf(error);
      });
      const next = response.headers['location'];
      if (response.status < 300 || response.status > 399 || next === undefined) return response;
      if (redirects === MAX_REDIRECTS)
        throw refusal(this.#location, `it redirects more than ${MAX_REDIRECTS} times`);
      this.#url = this.sameOrigin(next, 'redirect');
    }
  }

  #request(url: URL, method: 'GET' | 'POST', body: string | undefined): HttpRequest {
    const { header: authorization } = this.shown;
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
      maxBytes: MAX_DISCHARGE_BYTES,
    };
  }
}
