import type { UnixMs } from '../../clock.js';
import { formatTime } from '../../text.js';
import { IDLE, markOf } from '../marks/mark.js';
import type { AppMachine } from '../result/app-machine.js';

/** Options of announcements. */
export interface Announcing {
  /** Time from an announcement until the stop, in milliseconds. */
  readonly ms: number;
  /** Run that announces, as marks name it. */
  readonly by: string;
}

/**
 * Returns when a machine's stop was announced; undefined where that holds no more: it holds for the run of the machine
 * in which it was made.
 */
export function announcedAt(machine: AppMachine, now: UnixMs): UnixMs | undefined {
  const { word, at } = markOf(machine, IDLE) ?? {};
  const { newestStart } = machine;
  if (word !== 'announced' || at === undefined || newestStart === undefined) return undefined;
  return newestStart <= at && at <= now ? at : undefined;
}

/** Returns why a machine that was announced may not be stopped now; undefined where it may. */
export function notYet(machine: AppMachine, { ms }: Announcing, now: UnixMs): string | undefined {
  const at = announcedAt(machine, now);
  if (at === undefined) return 'its announcement holds no more';
  return at + ms > now ? pendingWords(at + ms) : undefined;
}

/** Reason of a machine that a later run stops. */
export function pendingWords(until: UnixMs): string {
  return `announced: will be stopped after ${formatTime(until)} unless it is busy before`;
}
