import fc from 'fast-check';
import { caveatsJson } from '../../__tests__/support/caveat-json.js';
import { encodeCaveats } from '../../src/macaroon/caveats.js';
import { agrees } from './agreement.js';
import { lettered } from './caveats.js';
import { base64 } from './oracle.js';

agrees({
  compared: 'encode caveats from their JSON form',
  percent: 10,
  cases: fc.array(lettered, { maxLength: 5 }),
  async check(caveats, oracle) {
    // The text holds numbers that JavaScript's own JSON can't, so it goes as it is.
    const answer = await oracle.ask({ op: 'pack', text: caveatsJson(caveats) });
    expect(answer).toEqual({ packed: base64(encodeCaveats(caveats)) });
  },
});
