import type { Clock } from '../clock.js';

/** How long a token is handed out again, in milliseconds: to the exchanges of one refresh, while nearly all of its five minutes are left. */
const SHARED_MS = 45_000;

/** Asks for an OIDC token of the job, by its audience. */
export type OidcToken = (audience: string, signal: AbortSignal) => Promise<string>;

/** Asks once for each audience where several exchanges of one refresh want a token; what failed is asked for again. */
export function oncePerAudience(clock: Clock, ask: OidcToken): OidcToken {
  const asked = new Map<string, { readonly token: Promise<string>; readonly at: number }>();
  return (audience, signal) => {
    const last = asked.get(audience);
    if (last !== undefined && clock.now() - last.at < SHARED_MS) return last.token;
    const token = ask(audience, signal);
    asked.set(audience, { token, at: clock.now() });
    token.catch(() => {
      if (asked.get(audience)?.token === token) asked.delete(audience);
    });
    return token;
  };
}
