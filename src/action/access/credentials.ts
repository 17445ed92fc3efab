import { originsOf, parseCredential, strays } from '../../discharge/third-party/origins.js';
import { type Bundle, ticketsOf } from '../../macaroon/bundle.js';

/**
 * Returns the lines that a session has for the third parties of its token. An OIDC token for an audience that the token doesn't name is asked
 * for only where the job's key vouches for the session: `isBound`.
 */
export function sessionCredentials(
  lines: readonly string[],
  { permissions }: Bundle,
  isBound: boolean,
): readonly string[] {
  const tickets = permissions.flatMap(ticketsOf);
  return lines.filter((line) => {
    const { origin, audience } = parseCredential(line);
    const its = tickets.filter((ticket) => originsOf([ticket]).includes(origin));
    if (its.length === 0) return false;
    return isBound || audience === undefined || its.some(({ location }) => location === audience);
  });
}

/** Returns a warning for each origin that `third-party-credentials` has a line for though no third party of the token is there. */
export function strayCredentials(given: readonly string[], { permissions }: Bundle): string[] {
  const tickets = permissions.flatMap(ticketsOf);
  const its = originsOf(tickets);
  const known = its.length === 0 ? 'it has none' : `it has one at ${its.join(' and ')}`;
  return strays(given.map(parseCredential), tickets).map(
    (origin) =>
      `No third party of the token is at ${origin}, for which third-party-credentials has a line: ${known}.`,
  );
}
