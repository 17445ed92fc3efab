import type { Clock } from '../../clock.js';
import { noOidc } from './oidc-token.js';
import { type Credential, FLY_AUTHENTICATION, placeOf } from './origins.js';

/** Life of an OIDC token that we count on, in ms; GitHub's hold for some five minutes. */
const OIDC_LIFE_MS = 240_000;

/** Dependencies of `ShownCredential`. */
export interface ShownCredentialTools {
  readonly clock: Clock;
  readonly credentials: readonly Credential[];
  /** Asks for a new OIDC token of the job; absent if the job has none. */
  readonly oidcToken?: (audience: string, signal: AbortSignal) => Promise<string>;
}

/** Credential that one exchange shows its third party: as the user gave it, or an OIDC token of the job. */
export class ShownCredential {
  readonly #tools: ShownCredentialTools;
  /** Audience of the OIDC token; undefined if none is shown. */
  readonly audience: string | undefined;
  /** Origins that have a credential; empty if this third party's origin is one of them. */
  readonly others: readonly string[];
  #header: string | undefined;
  /** Unix milliseconds until which we use the OIDC token in the header. */
  #until = 0;

  constructor(tools: ShownCredentialTools, url: URL, location: string) {
    this.#tools = tools;
    const credential = tools.credentials.find(
      ({ origin, path }) => origin === url.origin && (path ?? placeOf(url)) === placeOf(url),
    );
    this.#header = credential?.authorization;
    const origins = credential === undefined ? tools.credentials.map((it) => it.origin) : [];
    this.others = [...new Set(origins)].filter((it) => !FLY_AUTHENTICATION.includes(it));
    const isOidc = credential !== undefined && credential.authorization === undefined;
    this.audience = isOidc ? (credential.audience ?? location) : undefined;
  }

  /** Value of the Authorization header that was shown last. */
  get header(): string | undefined {
    return this.#header;
  }

  /** True if an OIDC token is due: the first one, or another before the last one ends. */
  get isDue(): boolean {
    return this.audience !== undefined && this.#tools.clock.now() >= this.#until;
  }

  async renew(signal: AbortSignal): Promise<void> {
    const { clock, oidcToken } = this.#tools;
    if (oidcToken === undefined || this.audience === undefined) throw noOidc();
    this.#header = `Bearer ${await oidcToken(this.audience, signal)}`;
    this.#until = clock.now() + OIDC_LIFE_MS;
  }
}
