import type { GivenSettings } from '../../../emulator/settings.js';
import type { Script } from '../../script/script.js';

/** Returns the settings of a script and of all its moods. */
export function settingsOf({ settings, moods }: Script): readonly GivenSettings[] {
  return [settings, ...moods.map((it) => it.settings)];
}

/** Returns how old what a read tells may be at most in this script, in milliseconds. */
export function stalestMs(script: Script): number {
  return Math.max(...settingsOf(script).map(({ staleMs = 0, orgLagMs = 0 }) => Math.max(staleMs, orgLagMs)));
}

/** Returns whether no gust and no mood falls into a span of milliseconds since 1970, its begin included. */
export function isFairWithin({ weather, moods, start }: Script, from: number, until: number): boolean {
  return [...weather, ...moods].every((it) => start + it.until <= from || start + it.from > until);
}
