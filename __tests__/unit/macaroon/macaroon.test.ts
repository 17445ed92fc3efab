import { parseToken, tokenText } from '../../../src/macaroon/bundle.js';
import { caveatsNamed, encodeCaveats } from '../../../src/macaroon/caveats.js';
import { decodeMacaroon, validity } from '../../../src/macaroon/macaroon.js';
import { tokenUuid } from '../../../src/macaroon/nonce.js';
import { vector, vectors } from '../../support/golden.js';
import { permission, window } from '../../support/tokens.js';

describe("when a token of Fly's own Go code is decoded", () => {
  it.each(vectors)('reads $name', ({ token, kid, uuid, packed, caveats }) => {
    const { macaroon, text } = parseToken(token);
    expect(Buffer.from(macaroon.nonce.kid)).toEqual(kid);
    expect(tokenUuid(macaroon.nonce)).toBe(uuid);
    expect(Buffer.from(encodeCaveats(macaroon.caveats))).toEqual(packed);
    expect(tokenText(macaroon)).toBe(text);
    if (caveats !== null) {
      const types = macaroon.caveats.map((it) => (it.name === 'Unregistered' ? String(it.type) : it.name));
      expect(types).toEqual(caveats.map(({ type }) => type));
    }
  });

  it('keeps numbers exact up to 2^64-1', () => {
    const { macaroon } = parseToken(vector('every caveat type').token);
    expect(caveatsNamed(macaroon.caveats, 'Organization')[0]?.body).toEqual({ id: 2n ** 64n - 1n, mask: 17 });
    expect(caveatsNamed(macaroon.caveats, 'Apps')[0]?.body.apps.get(2n ** 64n - 1n)).toBe(31);
    expect(macaroon.caveats.at(-1)).toMatchObject({ name: 'Unregistered', type: 2n ** 64n - 2n });
  });
});

describe('when the time of a token is asked for', () => {
  it('takes the narrowest window, those inside IfPresent included', () => {
    const { macaroon } = parseToken(vector('every caveat type').token);
    expect(validity(macaroon)).toEqual({ notBefore: 1768805891, notAfter: 1768806000 });
  });

  it('is open where no window stands, and where one ends after the last date there is', () => {
    expect(validity(permission())).toEqual({ notBefore: undefined, notAfter: undefined });
    const endless = permission({
      name: 'ValidityWindow',
      body: { not_before: -(2n ** 63n), not_after: 2n ** 63n - 1n },
    });
    expect(validity(endless)).toEqual({ notBefore: -8_640_000_000_000, notAfter: undefined });
    expect(validity(permission(window(0, 5), window(0, 3))).notAfter).toBe(3);
  });
});

describe('when bytes are not a macaroon', () => {
  const whole = permission(window(1, 2)).bytes;

  it('refuses it cut off at any byte', () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decodeMacaroon(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ class: 'token format' }),
      );
    }
  });

  it('refuses a byte behind it', () => {
    expect(() => decodeMacaroon(Buffer.concat([whole, Buffer.of(0)]))).toThrow('followed by 1 more bytes');
  });

  it('never throws anything but its own refusal, whatever byte is changed to whatever', () => {
    for (let at = 0; at < whole.length; at += 1) {
      for (const value of [
        0x00, 0x7f, 0x80, 0x90, 0xa0, 0xc0, 0xc1, 0xc4, 0xc7, 0xcb, 0xcf, 0xd9, 0xdc, 0xdd, 0xdf, 0xff,
      ]) {
        const changed = Buffer.from(whole);
        changed[at] = value;
        try {
          decodeMacaroon(changed);
        } catch (error) {
          expect(error).toMatchObject({ class: 'token format' });
        }
      }
    }
  });
});
