import type { Dice } from '../../fuzz/dice.js';
import type { ActionStep, DiskStep, ScriptJob, ScriptStep } from '../script/script.js';
import type { Features } from './features.js';
import { drawMoment, timelineOf } from './timeline.js';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const DAY = 24 * HOUR;

const OFFSETS = [SECOND, 20 * SECOND, 3 * MINUTE, 2 * HOUR, DAY, 400 * DAY] as const;
const DISK: readonly DiskStep['does'][] = [
  'empty',
  'empty',
  'fill',
  'fill',
  'free',
  'open-to-all',
  'foreign-file',
];
const FILES = ['GITHUB_ENV', 'GITHUB_STATE', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'] as const;

/** Draws what befalls a job: a cancel, a death, a runner that is lost, a wrong clock, a disk. */
export function drawTrouble(dice: Dice, job: ScriptJob, features: Features): ScriptJob {
  const isHit = (feature: boolean) => feature && dice.chance(0.65);
  const moments = timelineOf([job]);
  const steps = drawDisks(dice, drawDeaths(dice, job.steps, isHit(features.deaths)), isHit(features.disks));
  const cancelAt = isHit(features.cancels) ? drawMoment(dice, moments).at : undefined;
  const lostAt = features.deaths && dice.chance(0.4) ? drawMoment(dice, moments).at : undefined;
  const lacks = features.disks && dice.chance(0.3) ? dice.pick(FILES) : undefined;
  return {
    ...job,
    steps,
    ...(isHit(features.clocks) && { clock: drawClock(dice, moments) }),
    ...(cancelAt !== undefined && { cancelAt }),
    ...(cancelAt !== undefined && dice.chance(0.2) && { cancelReach: 'none' }),
    ...(lostAt !== undefined && { lostAt }),
    ...(lacks !== undefined && { lacks: [lacks] }),
  };
}

function drawDeaths(dice: Dice, steps: readonly ScriptStep[], isHit: boolean): ScriptStep[] {
  if (!isHit) return [...steps];
  return steps.map((step): ScriptStep => {
    if (step.kind !== 'action' || dice.chance(0.5)) return step;
    return { ...step, ...drawDeath(dice) };
  });
}

/** Draws a death at any time of a step or its post, or in the middle of a write to the disk. */
function drawDeath(dice: Dice): Partial<ActionStep> {
  if (dice.chance(0.25)) return { diesAtWrite: 1 + dice.below(4) };
  return dice.chance(0.6)
    ? { diesAfterMs: drawEnd(dice) }
    : { postDiesAfterMs: dice.below(dice.pick([60, 300, 1_500])) };
}

function drawEnd(dice: Dice): number {
  return dice.below(dice.pick([50, 500, 3_000, 20_000]));
}

function drawDisks(dice: Dice, steps: readonly ScriptStep[], isHit: boolean): ScriptStep[] {
  if (!isHit) return [...steps];
  const at = dice.below(steps.length + 1);
  return [...steps.slice(0, at), { kind: 'disk', does: dice.pick(DISK) }, ...steps.slice(at)];
}

function drawClock(dice: Dice, moments: Parameters<typeof drawMoment>[1]): ScriptJob['clock'] {
  const drawError = () => dice.pick(OFFSETS) * dice.pick([-1, 1]);
  const jumps = dice.chance(0.4) ? [{ at: drawMoment(dice, moments).at, byMs: drawError() }] : [];
  return { offsetMs: jumps.length > 0 && dice.chance(0.5) ? 0 : drawError(), jumps };
}
