import fc from 'fast-check';
import { anyMsgpack } from './any-msgpack.js';
import { rawToken } from './raw-token.js';

const type = fc.nat(33).map((it) => it.toString(16).padStart(2, '0'));

/** An array of few values: about as many as a struct has fields. */
const fields = fc.array(anyMsgpack, { maxLength: 3 }).map((items) => `9${items.length}${items.join('')}`);

const caveat = fc.tuple(
  fc.oneof({ weight: 9, arbitrary: type }, { weight: 1, arbitrary: anyMsgpack }),
  fc.oneof(anyMsgpack, fields),
);

/** Tokens whose frame is right, with something else in place of a nonce, a text, a caveat or a tail. */
export const misshapen: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(caveat, { minLength: 1, maxLength: 2 })
      .map((list) => rawToken({ caveats: list.flat() })),
  },
  { weight: 1, arbitrary: fc.oneof(anyMsgpack, fields).map((nonce) => rawToken({ nonce })) },
  { weight: 1, arbitrary: anyMsgpack.map((location) => rawToken({ location })) },
  { weight: 1, arbitrary: anyMsgpack.map((tail) => rawToken({ tail })) },
);
