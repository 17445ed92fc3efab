import type { App, World } from '../world.js';
import type { Machine } from './machine.js';

/**
 * Returns the machines that a list of an app shows, which may be too few for a while. They count as listed from
 * now on.
 */
export function listMachines({ settings, clock }: World, app: App): Machine[] {
  const now = clock.now();
  const all = [...app.machines.values()];
  const shown = isLying() ? all.filter(isShownAllTheSame) : all;
  for (const machine of shown) machine.listedAt ??= now;
  return shown;

  function isLying(): boolean {
    const { lies } = app;
    if (settings.listShows === 'all') return false;
    lies.since ??= now;
    if (now >= lies.since + settings.listLieMs || lies.count >= settings.listLieTimes) return false;
    lies.count += 1;
    return true;
  }

  function isShownAllTheSame({ region }: Machine): boolean {
    return settings.listShows === 'one-region' && region === all[0]?.region;
  }
}

/**
 * Tells whether a request for a listed machine gets the answer that the machine doesn't exist, and counts such
 * requests.
 */
export function isDenied({ settings, clock }: World, machine: Machine): boolean {
  const { listedAt, behaviour } = machine;
  if (listedAt === undefined) return false;
  if (clock.now() < listedAt + (behaviour.unseenMs ?? settings.unseenMs)) return true;
  if (machine.denials >= (behaviour.unseenTimes ?? settings.unseenTimes)) return false;
  machine.denials += 1;
  return true;
}
