import type { Clock } from '../../clock.js';

/** Time in ms for which exchanges of one refresh share a token; nearly all of its five minutes are left then. */
const SHARED_MS = 45_000;

/** Function that asks for an OIDC token of the job for an audience. */
export type OidcToken = (audience: string, signal: AbortSignal) => Promise<string>;

/**
 * Shares one request for each audience between the exchanges of one refresh. After a failure only the next refresh,
 * which has another signal, asks again: by then we have asked GitHub for half a minute.
 */
export function oncePerAudience(clock: Clock, ask: OidcToken): OidcToken {
  const asked = new Map<string, SharedToken>();
  return (audience, signal) => {
    const last = asked.get(audience);
    const isFresh = last !== undefined && clock.now() - last.at < SHARED_MS;
    if (isFresh && (!last.isFailed || last.signal === signal)) return last.token;
    const its: SharedToken = { token: ask(audience, signal), at: clock.now(), signal, isFailed: false };
    asked.set(audience, its);
    its.token.catch(() => {
      its.isFailed = true;
    });
    return its.token;
  };
}

interface SharedToken {
  readonly token: Promise<string>;
  readonly at: number;
  /** Signal of the refresh that asked. */
  readonly signal: AbortSignal;
  isFailed: boolean;
}
