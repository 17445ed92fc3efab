import { attenuate } from '../../../src/macaroon/attenuate.js';
import { parseToken } from '../../../src/macaroon/bundle.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';
import { sha256 } from '../../../src/macaroon/crypto.js';
import { decodeMacaroon } from '../../../src/macaroon/macaroon.js';
import { bindTo, openTicket } from '../../../src/macaroon/mint.js';
import { verify } from '../../../src/macaroon/verify.js';
import { goldenThirdPartyKey, vector } from '../../support/golden.js';
import {
  discharge,
  KEY,
  permission,
  SHARED_KEY,
  THIRD_PARTY,
  ticketIn,
  window,
  withThirdParty,
} from '../../support/tokens.js';

const user: Caveat = { name: 'FlyioUserID', body: 7n };
const trusted = new Map([[THIRD_PARTY, [SHARED_KEY]]]);

describe("when tokens of Fly's own Go code are verified", () => {
  it('accepts a permission token with every caveat type', () => {
    const { token, key } = vector('every caveat type');
    // It holds a binding, which no permission token satisfies: Fly's code refuses it for that alone.
    expect(() => verify({ macaroon: parseToken(token).macaroon, key, discharges: [] })).toThrow(
      'bound to another',
    );
  });

  it.each(['0', '18446744073709551615', '36893488147419103232'])(
    'accepts a bound discharge, Google id %s',
    (id) => {
      const { token, key } = vector(`permission token with a third party, Google id ${id}`);
      const proof = parseToken(vector(`discharge, Google id ${id}`).token).macaroon;
      const trustedKeys = new Map([[THIRD_PARTY, [goldenThirdPartyKey]]]);
      const { macaroon } = parseToken(token);
      const caveats = verify({ macaroon, key, discharges: [proof], trusted: trustedKeys });
      expect(caveats.map(({ name }) => name)).toEqual([
        ...['Organization', 'ValidityWindow', 'IsMember'],
        ...['ValidityWindow', 'FlyioUserID', 'GitHubUserID', 'GoogleUserID'],
      ]);
      expect(openTicket(goldenThirdPartyKey, proof.nonce.kid).caveats).toEqual([
        { name: 'ConfineUser', body: { id: 9n } },
      ]);
      expect(verify({ macaroon, key, discharges: [proof] })).toHaveLength(4);
    },
  );
});

describe('when a permission token needs a discharge', () => {
  const macaroon = withThirdParty(permission(window(0, 100)));
  const proof = discharge(ticketIn(macaroon), window(0, 50), user);

  it('takes over the caveats of the discharge, attestations only where the third party is trusted', () => {
    expect(verify({ macaroon, key: KEY, discharges: [proof], trusted })).toEqual([
      window(0, 100),
      window(0, 50),
      user,
    ]);
    expect(verify({ macaroon, key: KEY, discharges: [proof] })).toEqual([window(0, 100), window(0, 50)]);
  });

  it('stays discharged when it is attenuated further', () => {
    const bound = discharge(ticketIn(macaroon), bindTo(sha256(macaroon.tail)));
    const narrower = attenuate(macaroon, [window(0, 10)]);
    expect(verify({ macaroon: narrower, key: KEY, discharges: [bound] })).toEqual([
      window(0, 100),
      window(0, 10),
    ]);
  });

  it.each([
    ['no discharge', []],
    ['the discharge of another ticket', [discharge(ticketIn(withThirdParty(permission())))]],
    [
      'a discharge bound to another token',
      [discharge(ticketIn(macaroon), bindTo(sha256(permission().tail)))],
    ],
  ])('refuses %s', (_, discharges) => {
    expect(() => verify({ macaroon, key: KEY, discharges })).toThrow('does not verify');
  });

  it('refuses it under another key', () => {
    expect(() => verify({ macaroon, key: SHARED_KEY, discharges: [proof] })).toThrow(
      expect.objectContaining({ class: 'token format' }),
    );
  });

  it.each([
    [
      'permission token',
      macaroon.bytes,
      (bytes: Buffer) => ({ macaroon: decodeMacaroon(bytes), discharges: [proof] }),
    ],
    ['discharge', proof.bytes, (bytes: Buffer) => ({ macaroon, discharges: [decodeMacaroon(bytes)] })],
  ])('refuses any changed byte of the %s but in the text of its own location', (_, bytes, parts) => {
    const location = Buffer.from(bytes).indexOf('https://api.fly.io/');
    const locationEnd = bytes[location - 1] === undefined ? 0 : location + 25;
    for (let at = 0; at < bytes.length; at += 1) {
      // The location is not signed: a macaroon that lies about it is sorted wrongly and gains nothing.
      if (at >= location - 1 && at < locationEnd) continue;
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => verify({ ...parts(changed), key: KEY })).toThrow(
        expect.objectContaining({ class: 'token format' }),
      );
    }
  });
});

it('refuses an attestation outside a discharge', () => {
  expect(() => permission(user)).toThrow('belongs into a discharge only');
});
