import { attenuate } from '../../../src/macaroon/attenuate.js';
import { parseBundle, parseToken, tokenText } from '../../../src/macaroon/bundle.js';
import { type Caveat, encodeCaveats } from '../../../src/macaroon/caveats.js';
import { hmac } from '../../../src/macaroon/crypto.js';
import { decodeMacaroon, PERMISSION_LOCATION } from '../../../src/macaroon/macaroon.js';
import { mint } from '../../../src/macaroon/mint.js';
import { encodeNonce } from '../../../src/macaroon/nonce.js';
import { verify } from '../../../src/macaroon/verify.js';
import { concat, encodePlain } from '../../../src/macaroon/writer.js';
import { goldenBundle, goldenKey, goldenToken } from '../../support/tokens/golden.js';
import {
  discharge,
  KEY,
  permission,
  random,
  ticketIn,
  window,
  withThirdParty,
} from '../../support/tokens/tokens.js';

it('keeps every earlier byte, in an encoding of the issuer that is not ours', () => {
  const nonce = encodeNonce({ kid: Buffer.from('k'), rnd: random(16) });
  // Type 3 in nine bytes, a map of 16-bit length with its keys out of order, a number in a signed form.
  const odd = Buffer.from('cf0000000000000003' + '91' + 'de0002' + 'd00901' + 'cc0801', 'hex');
  const bytes = concat(
    Buffer.of(0x94),
    nonce,
    encodePlain(PERMISSION_LOCATION),
    Buffer.from('dc0002', 'hex'),
    odd,
    encodePlain(random(32)),
  );
  const before = decodeMacaroon(bytes);
  const after = attenuate(before, [window(1, 2)]);

  expect(Buffer.from(after.bytes).includes(odd)).toBe(true);
  expect(Buffer.from(after.bytes.subarray(0, before.caveatsStart))).toEqual(
    Buffer.from(bytes.subarray(0, before.caveatsStart)),
  );
  expect(after.caveats).toEqual([...before.caveats, window(1, 2)]);
  expect(after.tail).toEqual(hmac(before.tail, encodeCaveats([window(1, 2)])));
});

it("extends a token of Fly's Go code so that it still verifies, its bound discharge too", () => {
  const { permissions, discharges } = parseBundle(goldenBundle('a bound discharge').header);
  const proofs = discharges.map(({ macaroon }) => macaroon);
  for (const { macaroon } of permissions) {
    const narrower = attenuate(macaroon, [window(5, 6), { name: 'Action', body: 17 }]);
    expect(verify({ macaroon: narrower, key: goldenKey, discharges: proofs })).toContainEqual({
      name: 'Action',
      body: 17,
    });
  }
  expect.assertions(1);
});

it("extends an old token of Fly's Go code, whose nonce stays as it is", () => {
  const { macaroon } = parseToken(goldenToken('nonce of version 0').token);
  const narrower = attenuate(macaroon, [window(5, 6)]);
  expect(narrower.nonce).toEqual(macaroon.nonce);
  expect(verify({ macaroon: narrower, key: goldenKey, discharges: [] })).toEqual([window(5, 6)]);
});

it('makes the bytes that Go makes of the same token and caveats', () => {
  const seven = parseToken(goldenToken('seven caveats').token).macaroon;
  const blank = decodeMacaroon(mint({ ...seven, key: goldenKey, caveats: [] }).bytes);
  expect(tokenText(attenuate(blank, seven.caveats))).toBe(goldenToken('seven caveats').token);
});

it('goes from 7 caveats to 8, where the array header grows from one byte to three', () => {
  const seven = permission(...Array.from({ length: 7 }, (_, index) => window(index, 100)));
  const eight = attenuate(seven, [window(7, 100)]);
  expect(verify({ macaroon: eight, key: KEY, discharges: [] })).toHaveLength(8);
});

it('skips what is there already', () => {
  const macaroon = permission(window(1, 2));
  expect(attenuate(macaroon, [window(1, 2), window(1, 3), window(1, 3)]).caveats).toEqual([
    window(1, 2),
    window(1, 3),
  ]);
});

it('refuses to touch a discharge, or to ask one third party twice', () => {
  const macaroon = withThirdParty(permission());
  expect(() => attenuate(discharge(ticketIn(macaroon)), [window(1, 2)])).toThrow('takes no more caveats');
  expect(() => withThirdParty(macaroon)).toThrow(
    'a third-party caveat for https://api.fly.io/aaa/v1 already',
  );
});

it("counts a third party within IfPresent where Fly's own code does: of the token, not of what is added", () => {
  const thirdParty: Caveat = {
    name: '3P',
    body: { location: 'a', verifierKey: random(8), ticket: random(8) },
  };
  const within: Caveat = { name: 'IfPresent', body: { ifs: [thirdParty], else: 1 } };
  expect(attenuate(permission(), [within, thirdParty]).caveats).toHaveLength(2);
  expect(() => attenuate(permission(within), [thirdParty])).toThrow(
    'there is a third-party caveat for a already',
  );
});
