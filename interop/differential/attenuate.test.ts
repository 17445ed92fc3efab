import fc from 'fast-check';
import { attenuate } from '../../src/macaroon/attenuate.js';
import { encodeCaveats } from '../../src/macaroon/caveats.js';
import { decodeMacaroon, type Macaroon } from '../../src/macaroon/macaroon.js';
import { verify } from '../../src/macaroon/verify.js';
import { describeAgreement, tryOurs } from './agreement.js';
import { anyCaveat } from './cases/caveats.js';
import { KEY, token } from './cases/tokens.js';
import { base64 } from './oracle.js';

let attenuated = 0;
let verified = 0;

describeAgreement({
  compared: "attenuate, and verify the other's result",
  percent: 15,
  cases: fc.record({ token, added: fc.array(anyCaveat, { maxLength: 4 }), again: fc.boolean() }),
  async check({ token, added, again }, oracle) {
    // Both skip a caveat that is there already.
    const caveats = again ? [...added, ...token.caveats.slice(0, 2), ...added] : added;
    const ours = tryOurs(() => attenuate(token, caveats));
    const theirs = await oracle.ask({
      op: 'attenuate',
      token: base64(token.bytes),
      packed: base64(encodeCaveats(caveats)),
    });
    expect({ refused: theirs.error !== undefined }).toEqual({ refused: ours.refusal !== undefined });
    if (ours.value === undefined) return;
    attenuated += 1;
    const other = decodeMacaroon(Buffer.from(theirs.token ?? '', 'base64'));
    for (const it of [ours.value, other]) expect(earlier(it, token)).toEqual(earlier(token, token));
    // Go seals a verifier key of its own into a new third-party caveat.
    const sealed = caveats.some((caveat) => caveat.name === '3P' && !token.caveats.includes(caveat));
    if (!sealed) expect(base64(other.bytes)).toBe(base64(ours.value.bytes));
    const check = await oracle.ask({ op: 'verify', token: base64(ours.value.bytes), key: base64(KEY) });
    const back = tryOurs(() => verify({ macaroon: other, key: KEY, discharges: [] }));
    if (!sealed)
      expect(check.packed).toBe(back.value === undefined ? undefined : base64(encodeCaveats(back.value)));
    if (back.value === undefined) expect(check.error).toBeDefined();
    else verified += 1;
  },
  result: () => `agree (${attenuated} attenuated, ${verified} of them verified)`,
});

/**
 * Returns the bytes that stood in a token before caveats were added: those before its list, and those in it.
 */
function earlier(macaroon: Macaroon, before: Macaroon): string[] {
  const list = (it: Macaroon) => it.bytes.subarray(it.caveatsStart, it.caveatsEnd);
  const header = (it: Macaroon) => (it.caveats.length * 2 > 15 ? 3 : 1);
  const size = list(before).length - header(before);
  return [
    base64(macaroon.bytes.subarray(0, macaroon.caveatsStart)),
    base64(list(macaroon).subarray(header(macaroon), header(macaroon) + size)),
  ];
}
