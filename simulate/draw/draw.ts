import { Dice } from '../../fuzz/dice.js';
import type { Script } from '../script/script.js';
import { drawFeatures } from './features.js';
import { drawApps } from './fleet.js';
import { drawGusts, drawHangsAtCancels } from './gusts.js';
import { drawJobs } from './jobs.js';
import { drawMoods } from './moods.js';
import { drawNextJob } from './next-job.js';
import { drawOthers } from './others.js';
import { withCrashes, withGaps, withLimits } from './seldom.js';
import { drawSettings } from './settings.js';
import { timelineOf } from './timeline.js';
import { drawTokens } from './tokens.js';
import { drawTrouble } from './trouble.js';

/** First of January 2026, and the span of the starts that are drawn. */
const EPOCH = Date.UTC(2026, 0, 1);
const YEAR_MS = 365 * 24 * 3_600_000;

/**
 * Draws the script of one number: the same seed and number make the same script, on any machine. Each part has dice of its
 * own, so that a change of one part leaves the others as they were.
 */
export function draw(seed: number, number: number): Script {
  const diceOf = (part: string) => new Dice('simulate', seed, number, part);
  const features = drawFeatures(diceOf('features'));
  const clock = diceOf('clock');
  const start = EPOCH + clock.below(YEAR_MS);
  const fleet = drawApps(diceOf('fleet'), { features, start });
  const trouble = diceOf('trouble');
  const drawn = drawJobs(diceOf('jobs'), { features, apps: fleet }).map((job) =>
    drawTrouble(trouble, job, features),
  );
  const limited = withLimits(
    diceOf('limits'),
    fleet,
    drawNextJob(diceOf('next job'), drawn, { features, apps: fleet }),
  );
  const { apps: crashing, jobs } = withCrashes(diceOf('crashes'), limited.apps, limited.jobs);
  const apps = withGaps(diceOf('gaps'), crashing, jobs);
  const moments = timelineOf(jobs);
  return {
    start,
    seed: clock.below(2 ** 31),
    settings: drawSettings(diceOf('settings'), features),
    apps,
    tokens: drawTokens(diceOf('tokens'), { features, apps }),
    jobs,
    others: features.others ? drawOthers(diceOf('others'), { apps, moments }) : [],
    weather: features.weather
      ? [...drawGusts(diceOf('weather'), { apps, moments }), ...drawHangsAtCancels(diceOf('cancels'), jobs)]
      : [],
    moods: features.moods ? drawMoods(diceOf('moods'), moments) : [],
  };
}
