import { drawFortnight, firstDays } from '../../../../simulate/fortnight/draw/draw-fortnight.js';
import { judgeFortnight, replayOfFortnight } from '../../../../simulate/fortnight/sweep-fortnights.js';

const SEED = 17;

describe('when an organization sleeps and wakes', () => {
  // Whole fortnights take long: `npm run simulate:fortnights`.
  it.each([0, 1])('keeps all promises on the first two days of fortnight %d', async (number) => {
    const { findings, seen } = await judgeFortnight(firstDays(drawFortnight(SEED, number), 2));
    expect({ replay: replayOfFortnight(SEED, number), findings }).toMatchObject({ findings: [] });
    const awake = [
      'hours order what is due',
      'the mark stands first',
      'marks come and go in turn',
      'mornings undo evenings',
      'looks right before',
    ];
    for (const name of awake) expect([name, seen[name]]).toEqual([name, expect.any(Number)]);
    for (const name of awake) expect(seen[name]).toBeGreaterThan(10);
    expect(seen['hours bring each there']).toBeGreaterThan(1_000);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(drawFortnight(SEED, 3)).toEqual(drawFortnight(SEED, 3));
    expect(drawFortnight(SEED, 3)).not.toEqual(drawFortnight(SEED, 4));
    expect(drawFortnight(SEED, 3)).not.toEqual(drawFortnight(SEED + 1, 3));
  });
});
