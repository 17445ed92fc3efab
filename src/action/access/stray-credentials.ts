import { originsOf, parseCredential, strays } from '../../discharge/third-party/origins.js';
import { type Bundle, ticketsOf } from '../../macaroon/bundle.js';

/** Warns of each origin that `third-party-credentials` has a line for though no third party of the token is there. */
export function strayCredentials(given: readonly string[], { permissions }: Bundle): string[] {
  const tickets = permissions.flatMap(ticketsOf);
  const its = originsOf(tickets);
  const known = its.length === 0 ? 'it has none' : `it has one at ${its.join(' and ')}`;
  return strays(given.map(parseCredential), tickets).map(
    (origin) =>
      `No third party of the token is at ${origin}, for which third-party-credentials has a line: ${known}.`,
  );
}
