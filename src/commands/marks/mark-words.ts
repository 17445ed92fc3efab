import { excerpt, formatTime, timeIn } from '../../text.js';
import { KEEP_ALIVE, KEEP_ALIVE_UNTIL, KEPT_UNREADABLY, keptAlive } from '../keep-alive/hold.js';
import type { AppMachine } from '../result/app-machine.js';
import { type Mark, marksOf } from './mark.js';

/** Metadata key of a machine's own hours. */
export const OWN_HOURS = 'hours';

/** Says what a mark stands for: `night: stopped`. */
export function briefMark({ name, word }: Mark): string {
  return `${name}: ${word}`;
}

/** Says who has marked a machine, when, and in which run: `night: stopped 2026-11-30T19:00:12Z by acme/ops/123`. */
export function markWords(mark: Mark): string {
  const { at, by, value } = mark;
  if (at === undefined) return `${briefMark(mark)}, by another form: ${excerpt(value)}`;
  return `${briefMark(mark)} ${formatTime(at)} by ${excerpt(by)}`;
}

/** Says all that people and jobs have left in a machine's metadata for other jobs: its marks, holds and hours. */
export function tagsOf(machine: AppMachine): string[] {
  const hours = machine.metadata[OWN_HOURS];
  return [
    ...marksOf(machine).map(markWords),
    ...(keptAlive(machine) === undefined ? [] : [KEEP_ALIVE]),
    ...holdWords(machine),
    ...(hours === undefined ? [] : [`${OWN_HOURS} ${excerpt(hours)}`]),
  ];
}

/** Says until when a machine is held; nothing where that was over when it was listed. */
function holdWords({ metadata, seenAt = 0 }: AppMachine): string[] {
  const value = metadata[KEEP_ALIVE_UNTIL];
  if (value === undefined) return [];
  const until = timeIn(value);
  if (Number.isNaN(until)) return [KEPT_UNREADABLY];
  return until > seenAt ? [`held until ${formatTime(until)}`] : [];
}
