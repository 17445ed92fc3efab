import type { GivenSettings } from '../../../emulator/settings.js';
import type { ProcessRun } from '../../history/history.js';
import type { Gust, Mood, Script } from '../../script/script.js';

/** Stretch of time, in milliseconds since 1970. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** Returns the stretch of a run. */
export function stretchOf({ startedAt, endedAt }: ProcessRun): Stretch {
  return { from: startedAt, until: endedAt };
}

/** Returns the gusts that blow within a stretch. */
export function gustsIn({ start, weather }: Script, { from, until }: Stretch): Gust[] {
  return weather.filter((it) => start + it.from <= until && start + it.until >= from);
}

/** Returns the moods that hold within a stretch. */
export function moodsIn({ start, moods }: Script, { from, until }: Stretch): Mood[] {
  return moods.filter((it) => start + it.from <= until && start + it.until >= from);
}

/** Returns the largest value of a setting that is a number, in the script as a whole and in all of its moods. */
export function largest(
  { settings, moods }: Script,
  name: {
    [N in keyof GivenSettings]-?: GivenSettings[N] extends number | undefined ? N : never;
  }[keyof GivenSettings],
): number {
  return Math.max(0, settings[name] ?? 0, ...moods.map((it) => it.settings[name] ?? 0));
}

/** Returns whether the script, or one of its moods, gives any of these settings. */
export function gives({ settings, moods }: Script, ...names: readonly (keyof GivenSettings)[]): boolean {
  return [settings, ...moods.map((it) => it.settings)].some((its) =>
    names.some((name) => its[name] !== undefined),
  );
}

/** Returns for how long, at most, a read may not show a change yet, in milliseconds. */
export function staleness(script: Script): number {
  return Math.max(largest(script, 'staleMs'), largest(script, 'orgLagMs'));
}
