import { replayOf, sweepRestarts } from '../../../../simulate/rolling/sweep-restarts.js';

const SEED = 1;
const BLOCK = 100;
/** Number of cases; a longer sweep is `npm run simulate:restarts`. */
const CASES = 500;

const blocks = Array.from({ length: CASES / BLOCK }, (_, index) => index * BLOCK);

describe('when fleets of one to forty machines are restarted in any trouble', () => {
  it.each(blocks)('keeps all promises in the cases from %d on', async (from) => {
    const { failed, seen } = await sweepRestarts({ seed: SEED, from, cases: BLOCK });
    const told = failed.map(({ number, findings }) => ({ replay: replayOf(SEED, number), findings }));
    expect(told).toEqual([]);
    expect(seen['few down at once']).toBeGreaterThan(BLOCK);
    expect(seen['a failure halts']).toBeGreaterThan(10);
    expect(seen['restarted means back']).toBeGreaterThan(BLOCK);
  });
});
