import { encodeCaveats } from '../../src/macaroon/caveats.js';
import { decodeMacaroon } from '../../src/macaroon/macaroon.js';
import { agrees, given } from './agreement.js';
import { broken } from './broken.js';
import { DIFFERENCES, intended } from './intended-differences.js';
import { base64, type Oracle, startOracle } from './oracle.js';

/** Both sides' refusals of a token, and the caveats as each writes them again. */
async function read(bytes: Uint8Array, oracle: Oracle) {
  const ours = given(() => base64(encodeCaveats(decodeMacaroon(bytes).caveats)));
  const { error, decoded } = await oracle.ask({ op: 'decode', token: base64(bytes) });
  return { ours: ours.refusal, theirs: error, written: { ours: ours.value, theirs: decoded?.packed } };
}

let accepted = 0;
let refused = 0;
let differed = 0;

agrees({
  compared: 'refuse what is broken',
  percent: 20,
  cases: broken,
  async check(bytes, oracle) {
    const { ours, theirs, written } = await read(bytes, oracle);
    if ((ours === undefined) !== (theirs === undefined)) {
      expect({ ours, theirs, row: intended(ours, theirs)?.what }).toEqual({
        ours,
        theirs,
        row: expect.any(String),
      });
      differed += 1;
    } else if (ours === undefined) {
      expect(written.ours).toBe(written.theirs);
      accepted += 1;
    } else refused += 1;
  },
  result: () =>
    `agree (${refused} refused by both, ${accepted} still tokens for both, ${differed} differ as intended)`,
});

describe('when the two differ by intention', () => {
  let oracle: Oracle;
  beforeAll(() => {
    oracle = startOracle();
  });
  afterAll(() => oracle.stop());

  const examples = DIFFERENCES.flatMap((row) =>
    row.examples.map((bytes, index) => [`${row.what}, example ${index + 1}`, row, bytes] as const),
  );
  it.each(examples)('they do so as the table says: %s', async (_, { accepts, refusal }, bytes) => {
    const { ours, theirs, written } = await read(bytes, oracle);
    expect({ ours: ours === undefined, theirs: theirs === undefined }).toEqual({
      ours: accepts !== 'Go',
      theirs: accepts !== 'ours',
    });
    expect(ours ?? theirs ?? '').toMatch(refusal);
    if (accepts === 'both') expect(written.ours).not.toBe(written.theirs);
  });
});
