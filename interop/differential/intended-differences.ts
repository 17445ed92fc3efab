import { rawToken } from './cases/raw-token.js';
import { withoutZeros } from './cases/without-zeros.js';
import { allows, type Difference } from './difference.js';
import type { Readings } from './readings.js';

const hex = (text: string) => Buffer.from(text, 'hex');
const RND = `c410${'00'.repeat(16)}`;

/**
 * Intended differences. Go's reader accepts much that no issuer writes. Ours refuses it, so that a token
 * damaged on its way into a secret is reported at once as damaged, and not later as a 401. We accept nothing
 * that Go refuses, except in two rows about caveats that forbid everything.
 */
export const DIFFERENCES: readonly Difference[] = [
  {
    what: 'bytes after the token',
    accepts: 'Go',
    refusal: /^macaroon is followed by \d+ more bytes$/,
    why: 'nothing signs them; two joined tokens are the likely cause',
    examples: [rawToken({ behind: '00' })],
  },
  {
    what: 'nil or a map in place of a struct',
    accepts: 'Go',
    refusal: /^(macaroon|nonce|3P|[A-Z]\w+) is not an array$/,
    why: 'Go reads a struct of zeros or of named fields; issuers write arrays',
    examples: [
      hex('c0'),
      hex('80'),
      rawToken({ nonce: 'c0' }),
      rawToken({ caveats: ['04', '80'] }),
      rawToken({ caveats: ['0b', 'c0'] }),
    ],
  },
  {
    what: 'an empty array in place of a struct',
    accepts: 'Go',
    refusal: /^(macaroon has not 4 fields|(3P|[A-Z]\w+) has 0 fields instead of \d)$/,
    why: 'Go reads a struct of zeros: 0 there means no organization, no time and no third party',
    examples: [
      hex('90'),
      rawToken({ caveats: ['00', '90'] }),
      rawToken({ caveats: ['0b', '90'] }),
      rawToken({ caveats: ['1b', '9190'] }),
    ],
  },
  {
    what: 'text that is not UTF-8',
    accepts: 'Go',
    refusal: / is not UTF-8$/,
    canonical: true,
    why: 'a JavaScript text cannot hold it, and two names that look alike but differ mislead',
    examples: [
      rawToken({ location: 'a1ff' }),
      rawToken({ caveats: ['13', 'a1ff'] }),
      rawToken({ caveats: ['20', 'a1ff'] }),
    ],
  },
  {
    what: 'text for bytes, bytes or nil for text',
    accepts: 'Go',
    refusal: / is not (binary|a string)$/,
    why: 'issuers write each value in its own type',
    examples: [
      rawToken({ nonce: `93a161${RND}c2` }),
      rawToken({ location: 'c40161' }),
      rawToken({ caveats: ['13', 'c0'] }),
    ],
  },
  {
    what: "nil for a tail or a nonce's random bytes",
    accepts: 'Go',
    refusal: /^(nonce\.rnd|tail) is not binary$/,
    canonical: true,
    why: 'such a tail cannot verify, and such a nonce has no UUID of its own',
    examples: [rawToken({ tail: 'c0' }), rawToken({ nonce: '93c40161c0c2' })],
  },
  {
    what: 'nonces and tails of another length',
    accepts: 'Go',
    refusal: /^(nonce\.rnd|tail) has \d+ bytes instead of \d+$/,
    canonical: true,
    why: 'such a tail cannot verify, and such a nonce has no UUID of its own',
    examples: [rawToken({ nonce: '93c40161c40100c2' }), rawToken({ tail: 'c40100' })],
  },
  {
    what: 'numbers beyond their type, nil for a number or a boolean',
    accepts: 'Go',
    refusal: / is (out of range|not an integer|not true or false)$/,
    why: 'Go cuts off the upper bits, so the caveat no longer means what its bytes say',
    examples: [
      rawToken({ caveats: ['1a', 'ce00010000'] }),
      rawToken({ caveats: ['ff', '90'] }),
      rawToken({ caveats: ['1a', 'c0'] }),
      rawToken({ caveats: ['1b', '919290c0'] }),
    ],
  },
  {
    what: 'a key twice in a map',
    accepts: 'Go',
    refusal: / holds a key twice$/,
    why: 'readers differ on which of the two counts',
    examples: [rawToken({ caveats: ['02', '9182a16101a16102'] })],
  },
  {
    what: 'more than 32 levels',
    accepts: 'Go',
    refusal: /^nested deeper than 32 levels$/,
    canonical: true,
    why: 'issued tokens have five; without a limit a hostile token ends the process',
    examples: [rawToken({ caveats: ['20', `${'91'.repeat(40)}90`] })],
  },
  {
    what: 'a time (an extension type) within an unregistered type',
    accepts: 'Go',
    refusal: /^caveat \d+ holds an extension type$/,
    canonical: true,
    why: "no caveat of Fly's has one, and Go itself refuses every other extension",
    examples: [
      rawToken({ caveats: ['20', 'd6ff00000001'] }),
      rawToken({ caveats: ['20', '9181d7ff000000000000000101'] }),
    ],
  },
  {
    what: 'lists, maps or bytes as keys of a map within an unregistered type',
    accepts: 'ours',
    refusal: /^panic: runtime error: hash of unhashable type /,
    why: 'Go panics; ours keeps the bytes unread. The caveat forbids everything in both cases',
    examples: [rawToken({ caveats: ['20', '81c4016101'] }), rawToken({ caveats: ['20', '91819001'] })],
  },
  {
    what: 'nil as the body of an unregistered type',
    accepts: 'ours',
    refusal: /^cannot convert unregistered caveats from JSON to msgpack$/,
    why: 'Go reads it, but cannot write or verify it; ours keeps its bytes. The caveat forbids everything in both cases',
    examples: [rawToken({ caveats: ['20', 'c0'] })],
  },
  {
    what: 'a GoogleUserID with leading zeros, or nil',
    accepts: 'both',
    refusal: /^$/,
    asGo: withoutZeros,
    why: 'Go writes the number without them; ours keeps its bytes. Issuers write no such id',
    examples: [
      rawToken({ caveats: ['19', 'c4020001'] }),
      rawToken({ caveats: ['19', 'c0'] }),
      rawToken({ caveats: ['0d', '929219c4010001'] }),
    ],
  },
];

/** Finds the row that allows the two readings of a token, if any. */
export function findIntended(readings: Readings): Difference | undefined {
  return DIFFERENCES.find((row) => allows(row, readings));
}
