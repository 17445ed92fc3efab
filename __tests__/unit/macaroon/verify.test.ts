import { attenuate } from '../../../src/macaroon/attenuate.js';
import { parseBundle, parseToken, ticketsOf } from '../../../src/macaroon/bundle.js';
import { type Caveat, encodeCaveats } from '../../../src/macaroon/caveats.js';
import { sha256 } from '../../../src/macaroon/crypto.js';
import { decodeMacaroon } from '../../../src/macaroon/macaroon.js';
import { bindTo, openTicket } from '../../../src/macaroon/mint.js';
import { tokenUuid } from '../../../src/macaroon/nonce.js';
import { verify } from '../../../src/macaroon/verify.js';
import {
  goldenBundle,
  goldenBundles,
  goldenKey,
  goldenThirdPartyKeys,
  goldenTokens,
} from '../../support/tokens/golden.js';
import {
  discharge,
  KEY,
  permission,
  SHARED_KEY,
  THIRD_PARTY,
  ticketIn,
  window,
  withThirdParty,
} from '../../support/tokens/tokens.js';

const user: Caveat = { name: 'FlyioUserID', body: 7n };
const trusted = new Map([[THIRD_PARTY, [SHARED_KEY]]]);

describe("when tokens of Fly's own Go code are verified", () => {
  // As the issuer of the golden tokens trusts the authentication service, and nobody else.
  const goldenTrust = new Map(
    [...goldenThirdPartyKeys].flatMap(([at, key]) => (at === THIRD_PARTY ? [[at, [key]]] : [])),
  );

  it.each(goldenTokens)('accepts or refuses by itself what Go does: $name', ({ token, refused }) => {
    const check = () => verify({ macaroon: parseToken(token).macaroon, key: goldenKey, discharges: [] });
    if (refused === '') expect(check()).toEqual(parseToken(token).macaroon.caveats);
    else expect(check).toThrow(expect.objectContaining({ class: 'token format' }));
  });

  it.each(goldenBundles)('leaves the caveats of each permission token that Go leaves: $name', (golden) => {
    const { permissions, discharges, malformed } = parseBundle(golden.header);
    const proofs = discharges.map(({ macaroon }) => macaroon);
    expect(malformed).toEqual([]);
    expect(permissions.map(({ macaroon }) => tokenUuid(macaroon.nonce))).toEqual(
      golden.permissions.map(({ uuid }) => uuid),
    );
    for (const [index, { macaroon }] of permissions.entries()) {
      const verified = golden.permissions[index]?.verified;
      const check = () => verify({ macaroon, key: goldenKey, discharges: proofs, trusted: goldenTrust });
      if (verified !== undefined) expect(Buffer.from(encodeCaveats(check()))).toEqual(verified);
      else expect(check).toThrow(expect.objectContaining({ class: 'token format' }));
    }
  });

  it('opens the ticket of a third party, and leaves no attestation of one that is not trusted', () => {
    const { permissions, discharges } = parseBundle(
      goldenBundle('a discharge with attestations of a trusted third party').header,
    );
    const [ticket] = permissions.flatMap(ticketsOf);
    const sharedKey = goldenThirdPartyKeys.get(THIRD_PARTY) ?? Buffer.of();
    expect(openTicket(sharedKey, ticket?.ticket ?? Buffer.of()).caveats).toEqual([
      { name: 'ConfineUser', body: { id: 7n } },
      { name: 'ConfineOrganization', body: { id: 1n } },
    ]);
    for (const { macaroon } of permissions) {
      const check = { macaroon, key: goldenKey, discharges: discharges.map((it) => it.macaroon) };
      const names = (caveats: readonly Caveat[]) => caveats.map(({ name }) => name);
      expect(names(verify({ ...check, trusted: goldenTrust }))).toEqual([
        ...['Organization', 'ValidityWindow', 'ValidityWindow'],
        ...['FlyioUserID', 'GitHubUserID', 'GoogleUserID'],
      ]);
      expect(names(verify(check))).toEqual(['Organization', 'ValidityWindow', 'ValidityWindow']);
    }
  });
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
