import type { Clock } from '../../clock.js';

/** How long a token is handed out again, in milliseconds: to the exchanges of one refresh, while nearly all of its five minutes are left. */
const SHARED_MS = 45_000;

/** Asks for an OIDC token of the job, by its audience. */
export type OidcToken = (audience: string, signal: AbortSignal) => Promise<string>;

/**
 * Asks once for each audience where several exchanges of one refresh want a token. What failed is asked for again by the
 * next refresh, which has another signal: GitHub was asked for half a minute by then.
 */
export function oncePerAudience(clock: Clock, ask: OidcToken): OidcToken {
  const asked = new Map<string, Asked>();
  return (audience, signal) => {
    const last = asked.get(audience);
    const isFresh = last !== undefined && clock.now() - last.at < SHARED_MS;
    if (isFresh && (!last.isFailed || last.signal === signal)) return last.token;
    const its: Asked = { token: ask(audience, signal), at: clock.now(), signal, isFailed: false };
    asked.set(audience, its);
    its.token.catch(() => {
      its.isFailed = true;
    });
    return its.token;
  };
}

interface Asked {
  readonly token: Promise<string>;
  readonly at: number;
  /** Of the refresh that asked. */
  readonly signal: AbortSignal;
  isFailed: boolean;
}
