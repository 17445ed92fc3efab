import { caveatJson } from '../../src/macaroon/caveat-json.js';
import { encodeCaveats } from '../../src/macaroon/caveats.js';
import { decodeMacaroon, validity } from '../../src/macaroon/macaroon.js';
import { tokenUuid } from '../../src/macaroon/nonce.js';
import { describeAgreement } from './agreement.js';
import { token } from './cases/tokens.js';
import { comparableJson } from './comparable-json.js';
import { base64 } from './oracle.js';

describeAgreement({
  compared: 'decode and encode: nonce, location, tail, caveats and their JSON form, UUID, expiry',
  percent: 15,
  cases: token,
  async check({ bytes }, oracle) {
    const { decoded, error } = await oracle.ask({ op: 'decode', token: base64(bytes) });
    expect(error).toBeUndefined();
    const ours = decodeMacaroon(bytes);
    const { kid, rnd, proof } = ours.nonce;
    const { json = '', notAfter, ...rest } = decoded ?? {};
    expect(rest).toEqual({
      location: ours.location,
      kid: base64(kid),
      rnd: base64(rnd),
      nonceFields: proof === undefined ? 2 : 3,
      proof: proof === true,
      uuid: tokenUuid(ours.nonce),
      tail: base64(ours.tail),
      packed: base64(encodeCaveats(ours.caveats)),
      token: base64(bytes),
    });
    // Go has no JSON form of a type that it doesn't know.
    const hasJson = ours.caveats.every((caveat) => caveat.name !== 'Unregistered');
    const form = hasJson ? JSON.stringify(ours.caveats.map(caveatJson)) : '';
    expect(comparableJson(json)).toEqual(comparableJson(form));
    expect(validity(ours).notAfter ?? null).toBe(notAfter);
  },
});
