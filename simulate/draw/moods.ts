import type { GivenSettings } from '../../emulator/settings.js';
import type { Dice } from '../../fuzz/dice.js';
import type { Mood } from '../script/script.js';
import { drawMoment, type Moment } from './timeline.js';

/** Mood of a third party that lets everybody wait: a step that has a discharge still may be over before a new one is there. */
const LINGERING: GivenSettings = { aaa: { behaviour: 'poll', polls: 20 } };

/** Ways in which a third party, or Fly as a whole, changes for a while. */
export const MOODS: readonly GivenSettings[] = [
  { aaa: { behaviour: 'down' } },
  { aaa: { behaviour: 'refuse' } },
  { aaa: { behaviour: 'garbage' } },
  { aaa: { behaviour: 'empty' } },
  { aaa: { behaviour: 'expired' } },
  { aaa: { behaviour: 'wrong-key' } },
  { aaa: { behaviour: 'wrong-ticket' } },
  { aaa: { behaviour: 'redirect' } },
  LINGERING,
  { aaa: { behaviour: 'user-interactive', polls: 4 } },
  { aaa: { delayMs: 15_000 } },
  { aaa: { lifetimeMs: 15_000 } },
  { aaa: { lifetimeMs: 60_000 }, own: { lifetimeMs: 60_000 } },
  { aaa: { behaviour: 'down' }, own: { behaviour: 'down' } },
  { own: { behaviour: 'down' } },
  { own: { behaviour: 'refuse', status: '401' } },
  { latencyMs: 3_000 },
  { latencyMs: 12_000 },
  { bootMs: 40_000 },
  { stopMs: 30_000 },
  { staleMs: 3_000, cookies: 'none' },
  { unreachableMs: 1_000 },
  { missingDischarge: 'changes' },
  { listShows: 'nothing' },
  { listShows: 'one-region' },
  { metricsAccess: 'forbidden' },
];

/** Pauses after which discharges may be due, and still hold, in milliseconds. */
const DUE_AFTER_MS = [120_000, 600_000] as const;

/** Draws one to three stretches in which something is otherwise than before. */
export function drawMoods(dice: Dice, moments: readonly Moment[]): Mood[] {
  const rested = moments.filter((it, index) => isRested(it, moments[index - 1]));
  return Array.from({ length: dice.pick([1, 1, 2, 3]) }, () => {
    if (rested.length > 0 && dice.chance(0.7)) {
      const { at } = dice.pick(rested);
      return { from: at - 20_000, until: at + 40_000, settings: LINGERING };
    }
    const from = Math.max(0, drawMoment(dice, moments).at - dice.pick([0, 1_000, 20_000]));
    const lasts = dice.pick([2_000, 10_000, 60_000, 20 * 60_000]);
    return { from, until: from + lasts, settings: dice.pick(MOODS) };
  });
}

function isRested({ job, at }: Moment, before: Moment | undefined): boolean {
  const [least, most] = DUE_AFTER_MS;
  const pause = before?.job === job ? at - before.at - before.lasts : 0;
  return pause >= least && pause <= most;
}
