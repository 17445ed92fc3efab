import {
  type Bundle,
  dischargesFor,
  endOf,
  endOfAll,
  ownCaveats,
  type Ticket,
  type Token,
  ticketsOf,
} from '../../macaroon/bundle.js';
import { tokenUuid } from '../../macaroon/nonce.js';
import { type TokenScope, tokenScopes } from '../../macaroon/scope-words.js';
import { KINDS, kindOf } from '../../macaroon/token-kind.js';
import { MOST_TOKENS } from '../../macaroon/verdict.js';
import { count, formatTime } from '../../text.js';

/** Describes a token, a line for each part: kind, scope, end and UUID, never any of its text. It verifies nothing. */
export function describeBundle(bundle: Bundle): string[] {
  const more = bundle.permissions.length - MOST_TOKENS;
  const first = bundle.permissions.slice(0, MOST_TOKENS);
  const scopes = tokenScopes(first.map(ownCaveats));
  return [
    ...first.flatMap((token, index) => [
      `Permission token ${tokenUuid(token.macaroon.nonce)}: ${natureOf(token, scopes[index], bundle)}; ${ending(token)}`,
      ...ticketsOf(token).map(
        (ticket) => `  third party ${ticket.location}: ${discharged(ticket, bundle.discharges)}`,
      ),
    ]),
    ...(more > 0 ? [count(more, 'more permission token')] : []),
    ...bundle.malformed
      .slice(0, MOST_TOKENS)
      .map(({ position, reason }) => `Part ${position} can't be read (${reason}); it is sent as it came`),
    ...(bundle.users.length > 0
      ? [`${count(bundle.users.length, 'OAuth token')}, for the third parties of Fly`]
      : []),
    ...(bundle.unknown.length > 0 ? [`${count(bundle.unknown.length, 'part')} of no known shape`] : []),
  ];
}

/** Says how long a token is usable: `usable until … and refreshed before`. `end` in Unix ms; undefined: not usable now. */
export function usableWords(end: number | undefined, { permissions, users }: Bundle): string {
  if (permissions.length + users.length === 0) return 'not known to be usable';
  if (end === undefined) return 'not usable now';
  if (!Number.isFinite(end)) return 'usable without an end';
  const last = endOfAll(permissions);
  return `usable until ${formatTime(end)}${end < last ? ' and refreshed before' : ''}`;
}

/** Names the kind and scope of a token: `seems to be a deploy token, which may read app 7`. */
function natureOf(token: Token, scope: TokenScope | undefined, { permissions }: Bundle): string {
  return `seems to be ${KINDS[kindOf(token, permissions)]}, which may ${scope?.may.join('; ')}`;
}

function ending(token: Token): string {
  const end = endOf(token);
  return Number.isFinite(end) ? `ends ${formatTime(end)}` : 'never ends';
}

function discharged(ticket: Ticket, discharges: readonly Token[]): string {
  const [best] = dischargesFor(ticket, discharges);
  if (best === undefined) return 'not discharged';
  const end = endOf(best);
  return Number.isFinite(end) ? `discharged until ${formatTime(end)}` : 'discharged without an end';
}
