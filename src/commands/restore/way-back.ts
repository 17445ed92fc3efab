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
import { type Hold, keptAlive, keptByOther } from '../keep-alive/hold.js';

/** Decision about a machine at the job's end. */
export type Decision =
  | { readonly kind: 'put back'; readonly by: Restorable }
  /** Nothing to do: the machine is what it was before already. */
  | { readonly kind: 'there'; readonly reason: string }
  | { readonly kind: 'leave'; readonly reason: string };

const RUNNING: ReadonlySet<string> = new Set(['started', 'starting', 'restarting']);
const SUSPENDED_STATES: ReadonlySet<string> = new Set(['suspended', 'suspending']);
/** States of a machine that doesn't run and keeps nothing in memory: a stop comes as near to any of them as Fly allows. */
const DOWN_STATES: ReadonlySet<string> = new Set(['stopped', 'stopping', 'created', 'creating', 'failed']);
/** Commands after which a machine doesn't run any more. */
const ENDING: ReadonlySet<Restorable> = new Set(['stop', 'suspend']);
const GONE_STATES: ReadonlySet<string> = new Set(['destroyed', 'destroying']);

/** Machine as it was found at the job's end. */
export interface Sighting {
  /** Machine as it was read; undefined where it is gone. */
  readonly now: Machine | undefined;
  /** Time of that, in milliseconds since 1970. */
  readonly at: number;
  /** Hold that the step itself has written to have the machine left running, or was about to. */
  readonly hold: Hold | undefined;
}

/**
 * Decides how a machine gets back to what it was, by the record and by how it was found. It is put back only from where the
 * step left it, so that no other client's change is undone, and it is not stopped while another job wants it to run. A
 * deploy in between changes a machine's version, but not that.
 */
export function decideWayBack(
  { command, fallback }: Pick<RestoreRecord, 'command' | 'fallback'>,
  changed: ChangedMachine,
  { now, at, hold }: Sighting,
): Decision {
  const { from, left, keptAlive: wasKept } = changed;
  if (now === undefined || GONE_STATES.has(now.state))
    return leaveAs(`it is gone: ${whyGone(command, fallback, changed)}`);
  const condition = conditionOf(command, now);
  if (condition === from) return { kind: 'there', reason: `already ${from}` };
  const way = wayBack(command, from);
  // Fly's proxy may have woken or stopped it, or another client has put it right.
  if (way.kind === 'put back' && isAtOrUnderway(way.by, now))
    return { kind: 'there', reason: `${condition} already` };
  if (way.kind === 'put back' && ENDING.has(way.by) && isNeverStarted(now, at))
    return { kind: 'there', reason: NEVER_STARTED };
  const advice = way.kind === 'put back' ? adviceOf(way.by, now) : '';
  if (left !== undefined && condition !== left)
    return leaveAs(`it is ${condition}, not ${left} as this step left it${advice}`);
  // Where the step does not lead, another client has brought it, be it before the step ended.
  if (!isAtOrUnderway(command, now, { fallback }))
    return leaveAs(`it is ${condition}, and no ${command} leads to that${advice}`);
  if (way.kind !== 'put back' || !ENDING.has(way.by)) return way;
  if (way.by === 'stop' && now.autoDestroy)
    return leaveAs('a stop would destroy it for good (`auto_destroy`), so it is left running');
  const reason = keptByOther(now, at, hold) ?? (wasKept ? undefined : keptAlive(now));
  return reason === undefined ? way : leaveAs(reason);
}

/** Says who has destroyed the machine, as far as the step tells. */
function whyGone(
  command: Restorable,
  fallback: RestoreRecord['fallback'],
  { left, endsWithStop }: ChangedMachine,
): string {
  if (endsWithStop !== true) return 'another client has destroyed it';
  const mayStop =
    command === 'stop' || (command === 'suspend' && fallback === 'stop' && left !== 'suspended');
  return mayStop
    ? 'this step stopped it, and a stop destroys it for good (`auto_destroy`); nothing brings it back'
    : 'it is destroyed when it stops (`auto_destroy`), and it has stopped, or another client has destroyed it';
}

/** Says how to get there by hand. */
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
      if (SUSPENDED_STATES.has(from)) return goBack('suspend');
      return DOWN_STATES.has(from) ? goBack('stop') : lost(from);
    case 'stop':
      if (RUNNING.has(from)) return goBack('start');
      if (!SUSPENDED_STATES.has(from)) return lost(from);
      return leaveAs(
        'it was suspended, and the stop has dropped its snapshot: nothing brings that back. Start and suspend it by hand where it is needed',
      );
    case 'suspend':
      return RUNNING.has(from) ? goBack('start') : lost(from);
    case 'cordon':
      return goBack('uncordon');
    case 'uncordon':
      return goBack('cordon');
  }
}

function goBack(by: Restorable): Decision {
  return { kind: 'put back', by };
}

function leaveAs(reason: string): Decision {
  return { kind: 'leave', reason };
}

function lost(from: string): Decision {
  return leaveAs(`it was ${from}, and nothing brings that back`);
}
