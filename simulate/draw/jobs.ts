import type { Dice } from '../../fuzz/dice.js';
import type { ScriptApp, ScriptJob } from '../script/script.js';
import { drawAccess } from './access.js';
import type { Features } from './features.js';
import { drawSteps, type Theme } from './steps.js';
import { lengthOf } from './timeline.js';

/** Circumstances of the jobs. */
export interface JobsPlan {
  readonly features: Features;
  readonly apps: readonly ScriptApp[];
}

const NAMES = ['nightly', 'daily', 'tests'] as const;
const HOUR = 3_600_000;

/** Draws the jobs of a script: one, or two and now and then three, one after another or side by side. */
export function drawJobs(dice: Dice, plan: JobsPlan): ScriptJob[] {
  const { features } = plan;
  const count = features.severalJobs ? dice.pick([2, 2, 2, 3]) : 1;
  const isDay = count > 1 && dice.chance(0.3);
  const jobs: ScriptJob[] = [];
  for (const [index, name] of NAMES.slice(0, count).entries()) {
    const access = drawAccess(dice, plan);
    const theme = isDay ? (index === 0 ? 'evening' : 'morning') : drawTheme(dice, features);
    const before = jobs.at(-1);
    jobs.push({
      name,
      runner: features.twoRunners ? `runner-${1 + (index % 2)}` : 'runner-1',
      startsAt: before === undefined ? 0 : drawStart(dice, { before, isDay, features }),
      steps: drawSteps(dice, { ...plan, access, theme }),
      env: access.env,
      clock: { offsetMs: 0, jumps: [] },
    });
  }
  return jobs;
}

function drawTheme(dice: Dice, { restores, rolling }: Features): Theme {
  if (rolling && dice.chance(0.7)) return 'rolling';
  return restores && dice.chance(0.5) ? 'restore' : 'any';
}

/** Draws when a job begins: hours after the one before it, soon after its end, or beside it where there is a second runner. */
function drawStart(
  dice: Dice,
  {
    before,
    isDay,
    features,
  }: { readonly before: ScriptJob; readonly isDay: boolean; readonly features: Features },
): number {
  const end = before.startsAt + lengthOf(before.steps);
  if (isDay) return end + 8 * HOUR + dice.below(4 * HOUR);
  if (features.twoRunners && dice.chance(0.75)) {
    const length = Math.max(1_000, Math.min(end - before.startsAt, 60_000));
    return before.startsAt + dice.below(length);
  }
  return end + 5_000 + dice.below(60_000);
}
