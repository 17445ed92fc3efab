import { rawToken } from './raw-token.js';

/** Where we and Fly's Go code differ, and mean to. */
export interface Difference {
  readonly what: string;
  /** Who reads it; the other refuses, `both` write it again differently. */
  readonly accepts: 'Go' | 'ours' | 'both';
  /** What the one who refuses says. */
  readonly refusal: RegExp;
  readonly why: string;
  readonly examples: readonly Uint8Array[];
}

const hex = (text: string) => Buffer.from(text, 'hex');
const RND = `c410${'00'.repeat(16)}`;

/**
 * Go's reader makes do with much that no issuer writes. Ours refuses it: a token that was damaged on its way into a secret is
 * told at once and as what it is, rather than as a 401 later. Nothing that Go refuses is taken, but for one row.
 */
export const DIFFERENCES: readonly Difference[] = [
  {
    what: 'bytes behind the token',
    accepts: 'Go',
    refusal: /^macaroon is followed by \d+ more bytes$/,
    why: 'nothing signs them; two tokens were run together, most likely',
    examples: [rawToken({ behind: '00' })],
  },
  {
    what: 'nil or a map in place of a struct',
    accepts: 'Go',
    refusal: /^(macaroon|nonce|[A-Z]\w+) is not an array$/,
    why: 'Go takes it for a struct of zeros or of named fields; issuers write arrays',
    examples: [hex('c0'), hex('80'), rawToken({ nonce: 'c0' }), rawToken({ caveats: ['04', '80'] })],
  },
  {
    what: 'an empty array in place of the token',
    accepts: 'Go',
    refusal: /^macaroon has not 4 fields$/,
    why: 'Go takes it for a token of zeros, which no key has signed',
    examples: [hex('90')],
  },
  {
    what: 'text that is not UTF-8',
    accepts: 'Go',
    refusal: / is not UTF-8$/,
    why: 'JavaScript text would not keep it, and a name that prints otherwise than it compares misleads',
    examples: [
      rawToken({ location: 'a1ff' }),
      rawToken({ caveats: ['13', 'a1ff'] }),
      rawToken({ caveats: ['20', 'a1ff'] }),
    ],
  },
  {
    what: 'text for bytes, bytes for text, nil for text or fixed bytes',
    accepts: 'Go',
    refusal: / is not (binary|a string)$/,
    why: 'issuers write each as what it is',
    examples: [
      rawToken({ nonce: `93a161${RND}c2` }),
      rawToken({ location: 'c40161' }),
      rawToken({ caveats: ['13', 'c0'] }),
      rawToken({ tail: 'c0' }),
    ],
  },
  {
    what: 'nonces and tails of another length',
    accepts: 'Go',
    refusal: /^(nonce\.rnd|tail) has \d+ bytes instead of \d+$/,
    why: 'such a tail can not verify, and such a nonce has no UUID of its own',
    examples: [rawToken({ nonce: '93c40161c40100c2' }), rawToken({ tail: 'c40100' })],
  },
  {
    what: 'numbers beyond their type, nil for a number or a truth',
    accepts: 'Go',
    refusal: / is (out of range|not an integer|not true or false)$/,
    why: 'Go cuts off the upper bits, so that the caveat says something else than what it reads',
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
    why: 'the tokens of issuers have five; without a limit a hostile one ends the process',
    examples: [rawToken({ caveats: ['20', `${'91'.repeat(40)}90`] })],
  },
  {
    what: 'nil as the body of an unregistered type',
    accepts: 'ours',
    refusal: /^cannot convert unregistered caveats from JSON to msgpack$/,
    why: 'Go reads it, but can not write or verify it again; ours keeps its bytes. It forbids everything either way',
    examples: [rawToken({ caveats: ['20', 'c0'] })],
  },
  {
    what: 'a GoogleUserID with zeros in front',
    accepts: 'both',
    refusal: /^$/,
    why: 'Go writes the number anew without them; ours keeps its bytes. Issuers write none',
    examples: [rawToken({ caveats: ['19', 'c4020001'] })],
  },
];

/** The row that allows this difference, if any: `ours` and `theirs` are the refusals, undefined for who accepts. */
export function intended(ours: string | undefined, theirs: string | undefined): Difference | undefined {
  const [accepts, refusal] = ours === undefined ? ['ours', theirs] : ['Go', ours];
  return DIFFERENCES.find((it) => it.accepts === accepts && it.refusal.test(refusal ?? ''));
}
