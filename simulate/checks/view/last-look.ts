import type { Happening } from '../../../emulator/happening.js';
import type { ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';
import { staleness } from './calm.js';
import { isBy, type Life } from './life.js';
import type { Sent } from './sent.js';

/**
 * Returns the time at which a run last learnt how a machine is before it sent a request to it, as far as the machine was its
 * doing: by reading it, or by a list of its app. The begin of the run where it did not look, or may have read what was old.
 */
export function lastLook(view: View, run: ProcessRun, life: Life, { exchange }: Sent): number {
  let last = run.startedAt;
  if (staleness(view.script) > 0) return last - staleness(view.script);
  // What it changed itself, it need not be told.
  if (life.happenings.some((it) => isChange(it) && isBy(it, run.id) && it.at < exchange.at)) return last;
  for (const { kind, app, machine, isClear, accepted, exchange: its } of view.sentBy(run)) {
    if (its.at >= exchange.at) break;
    const isLook = app === life.app && (kind === 'list' || (kind === 'read' && machine === life.id));
    if (isLook && isClear && accepted && its.endedAt <= exchange.at) last = its.at;
  }
  return last;
}

/** Returns when a run last read a machine itself, before a time; undefined where it did not. */
export function lastRead(view: View, run: ProcessRun, { app, id }: Life, before: number): number | undefined {
  const isRead = ({ kind, accepted, exchange, ...its }: Sent) =>
    its.app === app && its.machine === id && kind === 'read' && accepted && exchange.endedAt <= before;
  return view.sentBy(run).filter(isRead).at(-1)?.exchange.at;
}

function isChange({ kind }: Happening): boolean {
  return kind === 'state' || kind === 'cordon';
}
