import fc from 'fast-check';
import { dischargesFor, parseBundle, ticketKey, ticketsOf, tokenText } from '../../src/macaroon/bundle.js';
import type { Registered } from '../../src/macaroon/caveats.js';
import { PERMISSION_LOCATION } from '../../src/macaroon/macaroon.js';
import { mint } from '../../src/macaroon/mint.js';
import { describeAgreement } from './agreement.js';
import { anyCaveat } from './cases/caveats.js';
import { KEY, keepFitting } from './cases/tokens.js';

// Few tickets, so that discharges often answer them.
const ticket = fc.nat(5).map((it) => Uint8Array.of(1, it));
const thirdParty: fc.Arbitrary<Registered<'3P'>> = fc.record({
  name: fc.constant('3P' as const),
  body: fc.record({ location: fc.constantFrom('a', 'b', 'c'), verifierKey: ticket, ticket }),
});
const rnd = fc.uint8Array({ minLength: 16, maxLength: 16 });

const permission = fc
  .record({ rnd, caveats: fc.array(fc.oneof(thirdParty, anyCaveat), { maxLength: 5 }) })
  .map(({ rnd, caveats }) => {
    const nonce = { kid: Buffer.from('key-1'), rnd, proof: false };
    return mint({ nonce, location: PERMISSION_LOCATION, key: KEY, caveats: keepFitting(caveats, nonce) });
  });
const discharge = fc
  .record({ rnd, kid: ticket, location: fc.constantFrom('a', 'b', 'c') })
  .map(({ rnd, kid, location }) =>
    mint({ nonce: { kid, rnd, proof: true }, location, key: KEY, caveats: [] }),
  );
const foreign = fc.constantFrom('fo1_user', 'fm2_AAAA', 'fm2_!', 'fm2_', 'other');

describeAgreement({
  compared: 'find the tickets that need a discharge, in any order of a header',
  percent: 5,
  cases: fc
    .record({
      tokens: fc.array(
        fc.oneof(
          { weight: 3, arbitrary: permission.map(tokenText) },
          { weight: 3, arbitrary: discharge.map(tokenText) },
          { weight: 1, arbitrary: foreign },
        ),
        { minLength: 1, maxLength: 6 },
      ),
      scheme: fc.constantFrom('', 'FlyV1 ', 'Bearer ', 'bearer flyv1 '),
      blank: fc.constantFrom('', ' '),
    })
    .map(({ tokens, scheme, blank }) => scheme + tokens.join(`,${blank}`)),
  async check(header, oracle) {
    const bundle = parseBundle(header);
    const wanted = bundle.permissions
      .flatMap(ticketsOf)
      .filter((it) => dischargesFor(it, bundle.discharges).length === 0)
      .map(({ location, ticket }) => `${location} ${ticketKey(ticket)}`);
    const { missing = [], error } = await oracle.ask({ op: 'missing', header });
    expect(error).toBeUndefined();
    const theirs = missing.map(({ location, ticket }) => `${location} ${ticket}`);
    expect([...new Set(wanted)].sort()).toEqual([...new Set(theirs)].sort());
  },
});
