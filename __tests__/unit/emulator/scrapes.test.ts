import { seriesOf } from '../../../emulator/metrics/samples.js';
import { APP, createRig, ID } from './rig.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const USUAL = { everyMs: 15_000, loss: 0, thinned: true };

/** Returns the times between the samples of an hour that ended `ageMs` milliseconds ago. */
function gaps(ageMs: number, scrapes: typeof USUAL): number[] {
  const { fly, clock } = createRig([{ id: ID, sinceMs: 10 * DAY }]);
  const now = clock.now();
  const wish = { app: APP, machine: fly.machine(APP, ID), metric: 'fly_instance_up' };
  const [series] = seriesOf(wish, { from: now - ageMs - HOUR, to: now - ageMs }, { ...scrapes, now });
  const times = series?.samples.map(({ at }) => at) ?? [];
  return [...new Set(times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / 1_000))].sort(
    (a, b) => a - b,
  );
}

describe('the samples of the metrics', () => {
  it.each([
    ['new', 0, USUAL, [15]],
    ['of four days ago', 4 * DAY, USUAL, [30]],
    ['of eight days ago', 8 * DAY, USUAL, [60]],
    ['of eight days ago, where all are kept', 8 * DAY, { ...USUAL, thinned: false }, [15]],
    ['taken less often', 0, { ...USUAL, everyMs: 60_000 }, [60]],
    ['with single ones lost', 0, { ...USUAL, loss: 10 }, [15, 30]],
  ])('are so far apart: %s', (_, age, scrapes, apart) => {
    expect(gaps(age, scrapes)).toEqual(apart);
  });
});
