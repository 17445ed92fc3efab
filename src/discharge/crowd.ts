import { ActionError } from '../errors.js';
import { type Token, ticketsOf } from '../macaroon/bundle.js';

/** Most third parties that one token, or all tokens together, may name. Fly's own tokens have one or two. */
const MOST_PARTIES = 16;
/** Most tickets of all tokens together: a member of many organizations has a token for each. */
const MOST_TICKETS = 64;

/**
 * Returns why we ask none of these tokens' third parties: they are too many, and each ticket is a request to a host
 * that the token's maker chose. Undefined for every token that Fly issues.
 */
export function crowdOf(permissions: readonly Token[]): ActionError | undefined {
  const tickets = permissions.map(ticketsOf);
  const all = tickets.flat();
  const parties = new Set(all.map(({ location }) => location)).size;
  const most = Math.max(parties, ...tickets.map(({ length }) => length));
  if (most > MOST_PARTIES) return crowded(`${most} third parties`, MOST_PARTIES);
  return all.length > MOST_TICKETS ? crowded(`${all.length} third-party caveats`, MOST_TICKETS) : undefined;
}

function crowded(what: string, most: number): ActionError {
  return new ActionError('token format', `it names ${what}, and at most ${most} are asked`, {
    hint: "None was asked. Fly's own tokens name one or two: check where this one comes from.",
  });
}
