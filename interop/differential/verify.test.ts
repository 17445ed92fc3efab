import fc from 'fast-check';
import { ticketsOf, tokenText } from '../../src/macaroon/bundle.js';
import { type Caveat, encodeCaveats } from '../../src/macaroon/caveats.js';
import { sha256 } from '../../src/macaroon/crypto.js';
import { decodeMacaroon, type Macaroon, PERMISSION_LOCATION } from '../../src/macaroon/macaroon.js';
import { addThirdParty, bindTo, mint, mintDischarge } from '../../src/macaroon/mint.js';
import { verify } from '../../src/macaroon/verify.js';
import { describeAgreement, tryOurs } from './agreement.js';
import { anyCaveat, registered } from './cases/caveats.js';
import { KEY, keepFitting } from './cases/tokens.js';
import { base64, type Oracle } from './oracle.js';

/** Third parties, each with the key that it shares with the issuer. */
const PARTIES = ['https://api.fly.io/aaa/v1', 'https://auth.fly.io', 'https://example.com'].map(
  (location, index) => ({
    location,
    sharedKey: new Uint8Array(32).fill(100 + index),
  }),
);

const flaw = fc.oneof(
  { weight: 6, arbitrary: fc.constant('none') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('missing', 'another key', 'tampered', 'bound elsewhere', 'another location'),
  },
);

const party = fc.record({
  terms: fc.array(registered, { maxLength: 2 }),
  says: fc.array(registered, { maxLength: 3 }),
  by: fc.constantFrom('ours', 'Go'),
  bound: fc.boolean(),
  flaw,
});

const bundles = fc.record({
  by: fc.constantFrom('ours', 'Go'),
  caveats: fc.array(anyCaveat, { maxLength: 3 }),
  parties: fc.array(party, { maxLength: PARTIES.length }),
  trust: fc.boolean(),
  rightKey: fc.oneof(
    { weight: 9, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
});
type Given = typeof bundles extends fc.Arbitrary<infer T> ? T : never;

let counter = 0;
/** Returns bytes that never repeat within a run, and are the same in each run. */
function random(size: number): Uint8Array {
  counter += 1;
  return Buffer.from(sha256(Buffer.from(`${counter}`))).subarray(0, size);
}

let verified = 0;
let refused = 0;

describeAgreement({
  compared: 'mint and discharge by either, verify by both: bound, trusted, flawed',
  percent: 15,
  cases: bundles,
  async check(wish, oracle) {
    const macaroon = await minted(wish, oracle);
    const discharges = await discharged(wish, macaroon, oracle);
    const key = wish.rightKey ? KEY : new Uint8Array(32).fill(8);
    const trusted = new Map(wish.trust ? PARTIES.map((it) => [it.location, [it.sharedKey]]) : []);
    const ours = tryOurs(() => verify({ macaroon, key, discharges, trusted }));
    const theirs = await oracle.ask({
      op: 'verify',
      token: base64(macaroon.bytes),
      key: base64(key),
      discharges: discharges.map(({ bytes }) => base64(bytes)),
      trusted: Object.fromEntries([...trusted].map(([location, keys]) => [location, keys.map(base64)])),
    });
    const packed = ours.value === undefined ? 'refused' : base64(encodeCaveats(ours.value));
    expect(theirs.packed ?? (theirs.panic ? theirs.error : 'refused')).toBe(packed);
    if (ours.value === undefined) refused += 1;
    else verified += 1;
  },
  // Go chooses bytes of its own to seal tickets, so one or two cases of thousands end differently each time.
  result: () => `agree (over ${Math.floor((10 * verified) / (verified + refused)) * 10} % verified)`,
});

async function minted({ by, caveats, parties }: Given, oracle: Oracle): Promise<Macaroon> {
  const nonce = { kid: Buffer.from('key-1'), rnd: random(16), proof: false };
  const own = keepFitting(caveats, nonce).filter(({ name }) => name !== '3P');
  if (by === 'ours') {
    const blank = mint({ nonce, location: PERMISSION_LOCATION, key: KEY, caveats: own });
    return parties.reduce(
      (macaroon, { terms }, index) => addThirdParty(macaroon, { ...at(index), caveats: terms }, random),
      blank,
    );
  }
  const { token } = await oracle.ask({
    op: 'mint',
    kid: base64(nonce.kid),
    location: PERMISSION_LOCATION,
    key: base64(KEY),
    packed: base64(encodeCaveats(own)),
    thirdParties: parties.map(({ terms }, index) => ({
      location: at(index).location,
      key: base64(at(index).sharedKey),
      packed: base64(encodeCaveats(terms)),
    })),
  });
  return decodeMacaroon(Buffer.from(token ?? '', 'base64'));
}

async function discharged({ parties }: Given, macaroon: Macaroon, oracle: Oracle): Promise<Macaroon[]> {
  const tickets = ticketsOf({ text: tokenText(macaroon), macaroon });
  const made = parties.map(async ({ says, by, bound, flaw }, index) => {
    const { ticket } = tickets.find(({ location }) => location === at(index).location) ?? {
      ticket: new Uint8Array(),
    };
    if (flaw === 'missing') return [];
    // A ticket doesn't open under another key, so a ticket that another party made gets discharged.
    const sharedKey = at(index).sharedKey;
    const location = flaw === 'another location' ? 'https://elsewhere.example' : at(index).location;
    const said = keepFitting(says, { kid: ticket, rnd: ticket, proof: true });
    const parent = flaw === 'bound elsewhere' ? new Uint8Array(32) : sha256(macaroon.tail);
    const caveats: Caveat[] = bound || flaw === 'bound elsewhere' ? [...said, bindTo(parent)] : said;
    const discharge =
      by === 'ours'
        ? mintDischarge({ location, sharedKey, ticket, caveats }, random)
        : await byGo({ location, sharedKey, ticket, caveats }, oracle);
    if (flaw === 'another key') return [forge(discharge)];
    if (flaw === 'tampered') return [tamper(discharge), ...(bound ? [discharge] : [])];
    return [discharge];
  });
  return (await Promise.all(made)).flat();
}

interface Terms {
  readonly location: string;
  readonly sharedKey: Uint8Array;
  readonly ticket: Uint8Array;
  readonly caveats: readonly Caveat[];
}

async function byGo({ location, sharedKey, ticket, caveats }: Terms, oracle: Oracle): Promise<Macaroon> {
  const { token, error } = await oracle.ask({
    op: 'discharge',
    location,
    key: base64(sharedKey),
    ticket: base64(ticket),
    packed: base64(encodeCaveats(caveats)),
  });
  if (error !== undefined) throw new Error(error);
  return decodeMacaroon(Buffer.from(token ?? '', 'base64'));
}

/** Makes the same discharge under a foreign key. */
function forge({ nonce, location, caveats }: Macaroon): Macaroon {
  return mint({ nonce, location, caveats, key: new Uint8Array(32).fill(9) });
}

/** Changes the last byte, which belongs to the tail. */
function tamper({ bytes }: Macaroon): Macaroon {
  const copy = Uint8Array.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return decodeMacaroon(copy);
}

function at(index: number): (typeof PARTIES)[number] {
  const found = PARTIES[index];
  if (found === undefined) throw new Error(`there is no third party ${index}`);
  return found;
}
