import type { GivenSettings, Settings } from '../../emulator/settings.js';
import type { Stage } from './stage.js';

/** Lets moods come and go until all is over; where two overlap, the later one decides. */
export async function changeMoods({ script, clock, fly }: Stage, over: AbortSignal): Promise<void> {
  const { aaa, own, ...others } = fly.settings;
  const usual = { ...others, aaa: { ...aaa }, own: { ...own } };
  const edges = script.moods.flatMap(({ from, until }) => [from, until]);
  for (const edge of [...new Set(edges)].sort((a, b) => a - b)) {
    try {
      await clock.sleep(Math.max(0, script.start + edge - clock.now()), over);
    } catch {
      break; // All jobs are over.
    }
    lay(fly.settings, usual);
    for (const { from, until, settings } of script.moods)
      if (from <= edge && edge < until) lay(fly.settings, settings);
  }
}

function lay(settings: Settings, { aaa, own, ...others }: GivenSettings): void {
  Object.assign(settings.aaa, aaa);
  Object.assign(settings.own, own);
  Object.assign(settings, others);
}
