import type { Dice } from '../../fuzz/dice.js';
import type { Gust, ScriptApp } from '../script/script.js';
import { FAULT_NAMES, type FaultName } from '../weather/faults.js';
import type { Moment } from './timeline.js';

/** Faults that every network has, drawn as often as all others together. */
const USUAL: readonly FaultName[] = [
  'reset before',
  'reset after',
  'hang after',
  'cut body',
  'too many requests',
  'wait a second',
  'server error',
  'unavailable',
  'gateway timeout after',
  'host unreachable after',
  'garbage',
];

/** Draws the faults of a script: mostly one or two kinds, of which some share of the requests is met for a while. */
export function drawGusts(
  dice: Dice,
  { apps, moments }: { readonly apps: readonly ScriptApp[]; readonly moments: readonly Moment[] },
): Gust[] {
  const end = moments.reduce((latest, { at, lasts }) => Math.max(latest, at + lasts), 0) + 600_000;
  return Array.from({ length: dice.pick([1, 1, 2, 2, 3]) }, () => {
    const fault = dice.chance(0.4) ? dice.pick(USUAL) : dice.pick(FAULT_NAMES);
    const isShort = dice.chance(0.65) && moments.length > 0;
    const from = isShort ? Math.max(0, dice.pick(moments).at - 500 + dice.below(1_500)) : 0;
    const lasts = dice.pick([300, 1_000, 3_000, 10_000, 40_000, 120_000]);
    const app = apps.length > 1 && dice.chance(0.3) ? dice.pick(apps).name : undefined;
    return {
      fault,
      from,
      until: isShort ? from + lasts : end,
      rate: isShort ? dice.pick([0.2, 0.5, 1, 1]) : dice.pick([0.02, 0.1, 0.3, 0.6]),
      ...(app !== undefined && { app }),
    };
  });
}
