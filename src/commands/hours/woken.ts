import type { UnixMs } from '../../clock.js';
import { isStart, type MachineEvent } from '../../machines/machine/events.js';

/** Start by which a machine came up that had been down. */
export interface Woken {
  readonly at: UnixMs;
  /** Words for who started it: `a request`. */
  readonly by: string;
}

/** Words for who orders a start, by the source of its event. */
const WHO: Readonly<Record<string, string>> = { proxy: 'a request', user: 'another client', flyd: 'Fly' };
const DEPLOYS: ReadonlySet<string> = new Set(['launch', 'update']);
const ENDS: ReadonlySet<string> = new Set(['exit', 'crash', 'stop', 'suspend']);
/** Events that are newer than the start of a machine that is up only where a start is missing. */
const MISSING_START: ReadonlySet<string> = new Set(['start', 'launch', 'exit', 'crash']);
/** Longest time in ms between the two starts that Fly tells of one restart. */
const TWICE_MS = 60_000;

/**
 * Finds out whether a machine that is up was woken after an edge, by its events, the newest first: `before` where it has been
 * up since before, undefined where they don't tell. What is restarted is the same run going on.
 */
export function wokenSince(events: readonly MachineEvent[], edge: UnixMs): Woken | 'before' | undefined {
  if (events.some(({ at }) => at <= 0)) return undefined;
  // Start of which is sought what it followed; undefined where the run goes on further back.
  let start: MachineEvent | undefined;
  let source: string | undefined;
  for (const [index, event] of events.entries()) {
    const older = events.slice(index + 1);
    if (isStart(event)) {
      const isTold = events[index - 1] === start && start !== undefined && start.at - event.at <= TWICE_MS;
      if (start !== undefined && !isTold) return wokenBy(start, source);
      if (event.at <= edge) return 'before';
      [start, source] = [event, undefined];
    } else if (start === undefined) {
      const isMissing = MISSING_START.has(event.type) || event.status === 'suspended';
      if (isMissing && !goesOn(event, older)) return undefined;
    } else if (goesOn(event, older)) start = undefined;
    else if (event.type === 'start') source ??= event.source;
    // A deploy orders no start. What else changes something before one is a label, most likely.
    else if (DEPLOYS.has(event.type))
      return source === undefined ? { at: start.at, by: 'a deploy' } : wokenBy(start, source);
    else if (event.type === 'restart') return wokenBy(start, event.source);
    else if (ENDS.has(event.type)) return wokenBy(start, source);
  }
  const oldest = events.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  return start === undefined && oldest <= edge ? 'before' : undefined;
}

function wokenBy({ at, source }: MachineEvent, orderedBy = source): Woken {
  return { at, by: WHO[orderedBy] ?? 'somebody' };
}

/** Returns whether a start after this event is part of a restart. That of a machine that was down wakes it. */
function goesOn({ type, exit }: MachineEvent, [before, ...older]: readonly MachineEvent[]): boolean {
  if (exit !== undefined) return exit.restarting || (before?.type === 'restart' && goesOn(before, older));
  if (type !== 'restart') return false;
  return before === undefined || !ENDS.has(before.type) || before.exit?.restarting === true;
}
