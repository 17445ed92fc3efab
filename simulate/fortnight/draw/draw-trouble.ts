import type { Dice } from '../../../fuzz/dice.js';
import type { Gust, ScriptJob } from '../../script/script.js';
import type { FaultName } from '../../weather/faults.js';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** Faults that Fly and the way to it have. */
const MET: readonly FaultName[] = [
  ...([
    'reset before',
    'reset after',
    'hang after',
    'cut body',
    'too many requests',
    'wait a second',
  ] as const),
  ...(['server error', 'server error after', 'bad gateway', 'unavailable', 'gateway timeout after'] as const),
  ...(['host unreachable', 'host unreachable after', 'garbage', 'metrics fail', 'lease held'] as const),
];

/** Draws stretches of trouble, most of them while a job is at work. */
export function drawBadWeather(dice: Dice, jobs: readonly ScriptJob[]): Gust[] {
  return Array.from({ length: 5 + dice.below(25) }, () => {
    const from = Math.max(0, dice.pick(jobs).startsAt + dice.below(20 * SECOND) - dice.below(10 * SECOND));
    const lasts = dice.pick([2 * SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR]);
    return { fault: dice.pick(MET), from, until: from + lasts, rate: dice.pick([0.05, 0.2, 0.5, 1]) };
  });
}
