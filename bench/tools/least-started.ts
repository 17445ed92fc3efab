import type { Happening } from '../../emulator/happening.js';

/**
 * Returns the least number of machines that were in `started` at any instant, where so many were at the beginning.
 * Goes by the own time of each change, not by the order in which the changes were noticed.
 */
export function leastStarted(atFirst: number, happenings: readonly Happening[]): number {
  const edges = happenings.flatMap((it) =>
    it.kind === 'state' && (it.from === 'started') !== (it.to === 'started')
      ? [{ at: it.at, by: it.to === 'started' ? 1 : -1 }]
      : [],
  );
  // One that comes up makes room for what goes down in the same millisecond.
  edges.sort((a, b) => a.at - b.at || b.by - a.by);
  let [now, least] = [atFirst, atFirst];
  for (const { by } of edges) {
    now += by;
    least = Math.min(least, now);
  }
  return least;
}
