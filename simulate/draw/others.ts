import type { Dice } from '../../fuzz/dice.js';
import type { Deed, ScriptApp } from '../script/script.js';
import { drawAimed } from './aimed.js';
import { OUR_ORG } from './fleet.js';
import { drawMoment, type Moment } from './timeline.js';

type Act = Deed['does'];

/** Deeds of others, as often as they are drawn. */
export const DEEDS: readonly Act[] = [
  ...(['start', 'stop', 'suspend', 'visit', 'visit'] as const),
  ...(['cordon', 'uncordon', 'destroy', 'crash', 'out-of-memory', 'end'] as const),
  ...(['deploy', 'deploy', 'lease', 'lease', 'keep-alive', 'hold-until'] as const),
];

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
/** Durations of the deeds that last. */
const LASTS: Partial<Record<Act, readonly number[]>> = {
  deploy: [5 * SECOND, 30 * SECOND, 4 * MINUTE],
  lease: [2 * SECOND, 15 * SECOND, 90 * SECOND, 10 * MINUTE],
  'hold-until': [30 * SECOND, 20 * MINUTE, 5 * HOUR],
};

/** Draws the deeds of others, mostly at machines of ours and while a step is at work. */
export function drawOthers(
  dice: Dice,
  { apps, moments }: { readonly apps: readonly ScriptApp[]; readonly moments: readonly Moment[] },
): Deed[] {
  const targets = apps
    .filter(({ org }) => org === OUR_ORG)
    .flatMap(({ name, machines }) => machines.map(({ id }) => ({ app: name, machine: id })));
  if (targets.length === 0) return [];
  // One kind of deed more often than others, so that whole deploys and evenings of visitors come about.
  const usual = dice.pick(DEEDS);
  const deeds = Array.from({ length: 1 + dice.size(12) }, (): Deed => {
    const does = dice.chance(0.4) ? usual : dice.pick(DEEDS);
    const lasts = LASTS[does];
    const forMs = lasts === undefined ? undefined : dice.pick(lasts) + dice.below(2_000);
    const { at, step } = drawMoment(dice, moments);
    const named = targets.filter(({ machine }) => step?.inputs['machines']?.includes(machine));
    return {
      // What lasts is mostly under way when a step begins.
      at: forMs !== undefined && dice.chance(0.6) ? Math.max(0, at - dice.below(forMs)) : at,
      ...dice.pick(named.length > 0 && dice.chance(0.7) ? named : targets),
      does,
      ...(forMs !== undefined && { forMs }),
    };
  });
  return [...deeds.sort((a, b) => a.at - b.at), ...drawAimed(dice, { targets, moments, deeds: DEEDS })];
}
