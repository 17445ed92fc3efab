import fc from 'fast-check';
import { caveatsJson } from '../../__tests__/support/tokens/caveat-json.js';
import { caveatJson, parseCaveats } from '../../src/macaroon/caveat-json.js';
import { type Caveat, encodeCaveats } from '../../src/macaroon/caveats.js';
import { describeAgreement, tryOurs } from './agreement.js';
import { lettered } from './cases/caveats.js';
import { base64 } from './oracle.js';

let readJson = 0;

describeAgreement({
  compared: 'encode caveats from their JSON form',
  percent: 10,
  cases: fc.array(lettered, { maxLength: 5 }),
  async check(caveats, oracle) {
    // The text holds numbers that JavaScript's own JSON can't, so it goes as it is.
    const answer = await oracle.ask({ op: 'pack', text: caveatsJson(caveats) });
    expect(answer).toEqual({ packed: base64(encodeCaveats(caveats)) });
    const parsed = tryOurs(() => parseCaveats(JSON.parse(JSON.stringify(caveats.map(caveatJson)))));
    expect(parsed.refusal ?? 'read').toMatch(
      caveats.every(isAddable) ? /^read$/ : /of this type|stand alone/,
    );
    if (parsed.value === undefined) return;
    readJson += 1;
    expect(base64(encodeCaveats(parsed.value))).toBe(answer.packed);
  },
  result: () => `agree (${readJson} read by us as by Go)`,
});

/**
 * Tells whether we accept it as a caveat to add: made for a permission token, and not forbidding everything by
 * mistake.
 */
function isAddable({ name, body }: Caveat): boolean {
  if (name === 'IfPresent') return body.ifs.every(isAddable);
  if (/^(3P|BindToParentToken|Confine.*|MaxValidity|.*UserID)$/.test(name)) return false;
  const [set] = Object.values(body).filter((it) => it instanceof Map);
  return set === undefined || set.size < 2 || !(set.has('') || set.has(0n));
}
