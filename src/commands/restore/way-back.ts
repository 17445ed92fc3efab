import type { Machine } from '../../machines/machine/machine.js';
import { isNeverStarted, NEVER_STARTED } from '../../machines/machine/never-started.js';
import { TRANSITIONS, type TransitionOptions } from '../../machines/transitions.js';
import { commandWord } from '../../text.js';
import {
  type ChangedMachine,
  conditionOf,
  type Restorable,
  type RestoreRecord,
} from '../engine/restore-record.js';
import { type KeepAliveMark, keptAlive, keptByOther } from '../keep-alive/mark.js';

/** What becomes of a machine at the job's end. */
export type Decision =
  | { readonly kind: 'put back'; readonly by: Restorable }
  /** It is what it was before already. */
  | { readonly kind: 'there'; readonly reason: string }
  | { readonly kind: 'leave'; readonly reason: string };

const RUNNING: ReadonlySet<string> = new Set(['started', 'starting', 'restarting']);
const SUSPENDED: ReadonlySet<string> = new Set(['suspended', 'suspending']);
/** States of a machine that doesn't run and keeps nothing in memory: a stop is as near as it gets to any of them. */
const IDLE: ReadonlySet<string> = new Set(['stopped', 'stopping', 'created', 'creating', 'failed']);
/** After these it doesn't run any more. */
export const ENDING: ReadonlySet<Restorable> = new Set(['stop', 'suspend']);
const GONE: ReadonlySet<string> = new Set(['destroyed', 'destroying']);

/** What was found of a machine. */
export interface Sighting {
  /** As it was listed; undefined where it wasn't. */
  readonly now: Machine | undefined;
  /** When that was, in milliseconds since 1970. */
  readonly at: number;
  /** What the step itself has written to have it left running, or was about to. */
  readonly mark: KeepAliveMark | undefined;
}

/**
 * Judges a machine by the record and by what was found of it: it is put back only where the step left it, so that
 * nobody else's change is undone, and not stopped as long as somebody else wants it to run. A deploy in between changes
 * a machine's version, not that.
 */
export function decideWayBack(
  { command, fallback }: Pick<RestoreRecord, 'command' | 'fallback'>,
  changed: ChangedMachine,
  { now, at, mark: hold }: Sighting,
): Decision {
  const { from, left, keptAlive: wasKept } = changed;
  if (now === undefined || GONE.has(now.state))
    return leave(`it is gone: ${whyGone(command, fallback, changed)}`);
  const condition = conditionOf(command, now);
  if (condition === from) return { kind: 'there', reason: `already ${from}` };
  const way = wayBack(command, from);
  // Fly's proxy may have woken or stopped it, or somebody has put it right.
  if (way.kind === 'put back' && isAtOrUnderway(way.by, now))
    return { kind: 'there', reason: `${condition} already` };
  if (way.kind === 'put back' && ENDING.has(way.by) && isNeverStarted(now, at))
    return { kind: 'there', reason: NEVER_STARTED };
  const advice = way.kind === 'put back' ? adviceOf(way.by, now) : '';
  if (left !== undefined && condition !== left)
    return leave(`it is ${condition}, not ${left} as this step left it${advice}`);
  if (left === undefined && !isAtOrUnderway(command, now, { fallback }))
    return leave(`it is ${condition}, where no ${command} brings it${advice}`);
  if (way.kind !== 'put back' || !ENDING.has(way.by)) return way;
  const reason = keptByOther(now, at, hold) ?? (wasKept ? undefined : keptAlive(now));
  return reason === undefined ? way : leave(reason);
}

/** Who has destroyed it, as far as the step tells. */
function whyGone(
  command: Restorable,
  fallback: RestoreRecord['fallback'],
  { left, endsWithStop }: ChangedMachine,
): string {
  if (endsWithStop !== true) return 'somebody has destroyed it';
  const mayStop =
    command === 'stop' || (command === 'suspend' && fallback === 'stop' && left !== 'suspended');
  return mayStop
    ? 'this step stopped it, and a stop destroys it for good (`auto_destroy`); nothing brings it back'
    : 'it is destroyed when it stops (`auto_destroy`), and it has stopped, or somebody has destroyed it';
}

/** How to get there by hand. */
function adviceOf(by: Restorable, { id, state }: Machine): string {
  const isToStart = by === 'suspend' && !RUNNING.has(state);
  const start = isToStart ? `\`fly machine start ${commandWord(id)}\`, then ` : '';
  return `. To have it ${TRANSITIONS[by].past} as before: ${start}\`fly machine ${by} ${commandWord(id)}\``;
}

function isAtOrUnderway(command: Restorable, now: Machine, wishes: TransitionOptions = {}): boolean {
  const goal = TRANSITIONS[command].goal(now, wishes);
  return goal.isReached(now) || goal.isUnderway(now);
}

function wayBack(command: Restorable, from: string): Decision {
  switch (command) {
    case 'start':
      if (SUSPENDED.has(from)) return putBack('suspend');
      return IDLE.has(from) ? putBack('stop') : lost(from);
    case 'stop':
      if (RUNNING.has(from)) return putBack('start');
      if (!SUSPENDED.has(from)) return lost(from);
      return leave(
        'it was suspended, and the stop has dropped its snapshot: nothing brings that back. Start and suspend it by hand where it is needed',
      );
    case 'suspend':
      return RUNNING.has(from) ? putBack('start') : lost(from);
    case 'cordon':
      return putBack('uncordon');
    case 'uncordon':
      return putBack('cordon');
  }
}

function putBack(by: Restorable): Decision {
  return { kind: 'put back', by };
}

function leave(reason: string): Decision {
  return { kind: 'leave', reason };
}

function lost(from: string): Decision {
  return leave(`it was ${from}, and nothing brings that back`);
}
