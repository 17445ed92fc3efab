import type { Clock } from '../../clock.js';
import { noOidc } from './oidc-token.js';
import { type Credential, FLY_AUTHENTICATION, placeOf } from './origins.js';

/** GitHub's OIDC tokens hold for some five minutes. */
const OIDC_LIFE_MS = 240_000;

/** What an OIDC token is had by. */
export interface ShownCredentialTools {
  readonly clock: Clock;
  readonly credentials: readonly Credential[];
  /** Asks for a new OIDC token of the job; absent where it has none. */
  readonly oidcToken?: (audience: string, signal: AbortSignal) => Promise<string>;
}

/** What one exchange shows its third party: a credential as it was given, or an OIDC token of the job. */
export class ShownCredential {
  readonly #tools: ShownCredentialTools;
  /** Of the OIDC token; undefined where none is shown. */
  readonly audience: string | undefined;
  /** The origins that the user has given credentials for, where none is for this one. */
  readonly others: readonly string[];
  #header: string | undefined;
  /** Unix milliseconds until which the OIDC token in the header is taken. */
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

  /** Value of the Authorization header, as it was shown last. */
  get header(): string | undefined {
    return this.#header;
  }

  /** Whether there is an OIDC token to be asked for, the first one or another before the last one ends. */
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
