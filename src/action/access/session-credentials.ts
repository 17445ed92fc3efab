import { originsOf, parseCredential } from '../../discharge/third-party/origins.js';
import { type Bundle, ticketsOf } from '../../macaroon/bundle.js';

/**
 * What a session has for the third parties of its token. An OIDC token for an audience that the token doesn't name is asked
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
