import type { UnixMs } from '../../clock.js';
import { attenuate } from '../../macaroon/attenuate.js';
import { type Bundle, type Token, tokenText } from '../../macaroon/bundle.js';
import type { Caveat } from '../../macaroon/caveats.js';
import { count, enumerated } from '../../text.js';

/** Returns the token with these caveats as well, as far as anything can be added to it. */
export function attenuated(token: Token, caveats: readonly Caveat[]): Token {
  if (isFinished(token) || caveats.length === 0) return token;
  const macaroon = attenuate(token.macaroon, caveats);
  return { text: tokenText(macaroon), macaroon };
}

/** Returns the caveat that ends a token at a whole second. Its beginning is 0: the issuer's clock must not matter. */
export function endingAt(end: UnixMs): Caveat {
  return { name: 'ValidityWindow', body: { not_before: 0n, not_after: BigInt(end / 1000) } };
}

/** Returns whether a token is finished, as only discharges should be; nothing can be added to it. */
export const isFinished = ({ macaroon }: Token) => macaroon.nonce.proof === true;

/** Names the parts of a token that nothing can be added to, for a sentence: `2 OAuth tokens`; undefined where there are none. */
export function unnarrowable({ permissions, malformed, users, unknown }: Bundle): string | undefined {
  const finished = permissions.filter(isFinished).length;
  const parts = [
    ...(finished > 0 ? [count(finished, 'finished token')] : []),
    ...(malformed.length > 0 ? [count(malformed.length, "part that can't be read")] : []),
    ...(users.length > 0 ? [count(users.length, 'OAuth token')] : []),
    ...(unknown.length > 0 ? [count(unknown.length, 'part of no known shape')] : []),
  ];
  return parts.length === 0 ? undefined : enumerated(parts);
}
