import { describeAgreement } from './agreement.js';
import { broken } from './cases/broken.js';
import { DIFFERENCES, findIntended } from './intended-differences.js';
import { type Oracle, startOracle } from './oracle.js';
import { areSame, readByBoth } from './readings.js';

let accepted = 0;
let refused = 0;
let differed = 0;

describeAgreement({
  compared: 'refuse broken tokens',
  percent: 20,
  cases: broken,
  async check(bytes, oracle) {
    const readings = await readByBoth(bytes, oracle);
    if (!areSame(readings)) {
      expect({ ...readings, row: findIntended(readings)?.what }).toEqual({
        ...readings,
        row: expect.any(String),
      });
      differed += 1;
    } else if (readings.ours === undefined) accepted += 1;
    else refused += 1;
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

  const examples = DIFFERENCES.flatMap(({ what, accepts, examples }) =>
    examples.map((bytes, index) => [`${what}, example ${index + 1}`, { what, accepts }, bytes] as const),
  );
  it.each(examples)('they do so as the table says: %s', async (_, { what, accepts }, bytes) => {
    const readings = await readByBoth(bytes, oracle);
    expect(areSame(readings)).toBe(false);
    expect({ ours: readings.ours === undefined, theirs: readings.theirs === undefined }).toEqual({
      ours: accepts !== 'Go',
      theirs: accepts !== 'ours',
    });
    expect(findIntended(readings)?.what).toBe(what);
  });
});
