import type { View } from '../../checks/check.js';
import type { Life } from '../../checks/view/life.js';
import type { Sent } from '../../checks/view/sent.js';
import type { ProcessRun } from '../../history/history.js';

/** Milliseconds by which a step's clock may differ from the world's: it reads the seconds of an answer. */
export const CLOCK_MS = 2_000;

/** Returns when a run last read a machine before a time, by itself or in its app's list; its own begin where it did not. */
export function lastSeen(view: View, run: ProcessRun, { app, id }: Life, before: number): number {
  let seen = run.startedAt;
  for (const { kind, app: its, machine, isClear, accepted, exchange } of view.sentBy(run)) {
    if (exchange.at >= before) break;
    const isLook = its === app && (kind === 'list' || (kind === 'read' && machine === id));
    if (isLook && isClear && accepted && exchange.endedAt <= before) seen = exchange.at;
  }
  return seen;
}

/** Returns the moments that a run may have gone by when it sent a request: from its last look on, at each change, and a little around. */
export function momentsBefore(view: View, run: ProcessRun, life: Life, { exchange }: Sent): number[] {
  const seen = lastSeen(view, run, life, exchange.at);
  const changes = life.happenings.map(({ at }) => at).filter((at) => at > seen && at < exchange.at);
  return [seen - CLOCK_MS, seen, ...changes, exchange.at - 1, exchange.at + CLOCK_MS];
}

/** Returns why something was wrong at all of some moments: the reason of the first; undefined where it was right at any. */
export function wrongAtAll(
  moments: readonly number[],
  wrong: (time: number) => string | undefined,
): string | undefined {
  let reason: string | undefined;
  for (const time of moments) {
    const its = wrong(time);
    if (its === undefined) return undefined;
    reason ??= its;
  }
  return reason;
}
