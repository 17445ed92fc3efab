import { parseToken, tokenText } from '../../../src/macaroon/bundle.js';
import { CAVEATS, caveatsNamed, encodeCaveats } from '../../../src/macaroon/caveats.js';
import { decodeMacaroon, validity } from '../../../src/macaroon/macaroon.js';
import { tokenUuid } from '../../../src/macaroon/nonce.js';
import { caveatsJson } from '../../support/tokens/caveat-json.js';
import { goldenToken, goldenTokens } from '../../support/tokens/golden.js';
import { permission, window } from '../../support/tokens/tokens.js';

describe("when a token of Fly's own Go code is decoded", () => {
  it.each(goldenTokens)('says the same as Go: $name', (golden) => {
    const { macaroon, text } = parseToken(golden.token);
    const { nonce, caveats } = macaroon;
    expect(macaroon.location).toBe(golden.location);
    expect(Buffer.from(nonce.kid)).toEqual(golden.kid);
    expect(tokenUuid(nonce)).toBe(golden.uuid);
    expect(Object.keys(nonce)).toHaveLength(golden.nonceFields);
    expect(nonce.proof ?? false).toBe(golden.proof);
    expect(caveatsJson(caveats)).toBe(golden.caveats);
    expect(Buffer.from(encodeCaveats(caveats))).toEqual(golden.packed);
    expect(tokenText(macaroon)).toBe(text);
  });

  it('has one token for each caveat type at least', () => {
    const names = goldenTokens.flatMap(({ token }) =>
      parseToken(token).macaroon.caveats.map((it) => it.name),
    );
    expect(new Set(names)).toEqual(new Set([...Object.keys(CAVEATS), 'Unregistered']));
  });

  it('keeps numbers exact up to 2^64-1', () => {
    const { caveats } = parseToken(goldenToken('every caveat type').token).macaroon;
    const most = 2n ** 64n - 1n;
    expect(caveatsNamed(caveats, 'Organization')[1]?.body).toEqual({ id: most, mask: 0xffff });
    expect(caveatsNamed(caveats, 'Apps')[0]?.body.apps.get(most)).toBe(31);
    expect(caveats.at(-1)).toMatchObject({ name: 'Unregistered', type: most });
  });
});

describe('when the time of a token is asked for', () => {
  it.each(goldenTokens.filter(({ notAfter }) => notAfter !== null))(
    'ends when Go says, windows inside IfPresent included: $name',
    ({ token, notAfter }) => {
      // Go counts round: what is too late for its clock is long ago, in JavaScript the first date there is.
      const end = Number(notAfter) > 2 ** 62 ? -8_640_000_000_000 : notAfter;
      expect(validity(parseToken(token).macaroon).notAfter).toBe(end);
    },
  );

  it.each(goldenTokens.filter(({ notAfter }) => notAfter === null))('never ends: $name', ({ token }) => {
    expect(validity(parseToken(token).macaroon).notAfter).toBeUndefined();
  });

  it('starts with the narrowest window too', () => {
    const { macaroon } = parseToken(goldenToken('caveat ValidityWindow').token);
    expect(validity(macaroon)).toEqual({ notBefore: 1768805891, notAfter: 1768806521 });
    expect(validity(permission(window(1, 9), window(3, 8)))).toEqual({ notBefore: 3, notAfter: 8 });
  });

  it('is open where no window stands, and where one ends after the last date there is', () => {
    expect(validity(permission())).toEqual({ notBefore: undefined, notAfter: undefined });
    const endless = permission({
      name: 'ValidityWindow',
      body: { not_before: -(2n ** 63n), not_after: 2n ** 62n },
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
