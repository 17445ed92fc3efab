import { agrees } from './agreement.js';
import { broken } from './broken.js';
import { DIFFERENCES, intended } from './intended-differences.js';
import { type Oracle, startOracle } from './oracle.js';
import { read, same } from './readings.js';

let accepted = 0;
let refused = 0;
let differed = 0;

agrees({
  compared: 'refuse what is broken',
  percent: 20,
  cases: broken,
  async check(bytes, oracle) {
    const readings = await read(bytes, oracle);
    if (!same(readings)) {
      expect({ ...readings, row: intended(readings)?.what }).toEqual({
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
    const readings = await read(bytes, oracle);
    expect(same(readings)).toBe(false);
    expect({ ours: readings.ours === undefined, theirs: readings.theirs === undefined }).toEqual({
      ours: accepts !== 'Go',
      theirs: accepts !== 'ours',
    });
    expect(intended(readings)?.what).toBe(what);
  });
});
