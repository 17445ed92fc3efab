import { upSince } from '../../machines/machine/events.js';
import { isNeverStarted, NEVER_STARTED } from '../../machines/machine/never-started.js';
import { excerpt, formatDuration, formatTime } from '../../text.js';
import { leaseWords } from '../engine/leasing.js';
import { KEEP_ALIVE_UNTIL, keptAlive, keptUntil } from '../keep-alive/hold.js';
import { withoutOwnWrites } from '../marks/own-writes.js';
import type { AppMachine } from '../result/app-machine.js';

/** Times by which a machine counts as idle. */
export interface IdleTimes {
  /** Unix milliseconds by Fly's clock, as far as it is known. */
  readonly now: number;
  /** Time that a machine must have been up and quiet, in milliseconds. */
  readonly idleFor: number;
}

/** States in which there is nothing to stop; to stop a suspended machine would throw its memory away. */
const DOWN: ReadonlySet<string> = new Set(['stopped', 'suspended']);

/** Returns the reason of a machine that is down already; undefined for any other. */
export function downAs(machine: AppMachine, now: number): string | undefined {
  if (isNeverStarted(machine, now)) return NEVER_STARTED;
  return DOWN.has(machine.state) ? `already ${machine.state}` : undefined;
}

/**
 * Returns why a machine is busy whatever its metrics say; undefined where they decide. Missing data counts as busy:
 * unknown is never idle.
 */
export function notIdle(machine: AppMachine, times: IdleTimes): string | undefined {
  return keptUp(machine, times.now) ?? tooYoung(machine, times);
}

/** Returns why a machine isn't put down, however long it has been up; undefined where nothing holds it. `now` is in Unix milliseconds. */
export function keptUp(machine: AppMachine, now: number): string | undefined {
  return (
    (machine.state === 'started' ? undefined : `is ${machine.state}`) ??
    configured(machine) ??
    claimed(machine, now)
  );
}

function configured({ schedule, autoDestroy, cordoned, hostStatus }: AppMachine): string | undefined {
  if (autoDestroy) return 'destroyed for good when it stops';
  if (schedule !== undefined) return `runs on a schedule (${schedule})`;
  if (hostStatus !== 'ok') return `its host is ${hostStatus}`;
  return cordoned ? 'cordoned: a person or another job may be working on it' : undefined;
}

/** Returns who has said that the machine is needed: the holder of a lease, or its metadata. */
function claimed(machine: AppMachine, now: number): string | undefined {
  const { holder } = machine;
  if (holder !== undefined && holder.until > now) return leaseWords(holder);
  const kept = keptAlive(machine);
  if (kept !== undefined) return kept;
  const until = keptUntil(machine, now);
  if (until === undefined) return undefined;
  if (!Number.isFinite(until)) return `${KEEP_ALIVE_UNTIL} in its metadata is no time with a zone (RFC 3339)`;
  return `${KEEP_ALIVE_UNTIL} ${formatTime(until)}`;
}

function tooYoung(machine: AppMachine, { now, idleFor }: IdleTimes): string | undefined {
  const { events, updatedAt } = withoutOwnWrites(machine);
  const since = upSince(events);
  if (since === undefined) return `nothing tells since when it has been up${lastOf(events)}`;
  const up = now - since;
  if (up < idleFor) return `up for ${formatDuration(up)} only`;
  if (updatedAt === undefined) return 'nothing tells when it last changed';
  const changed = now - updatedAt;
  return changed < idleFor ? `changed ${formatDuration(changed)} ago` : undefined;
}

function lastOf([last]: AppMachine['events']): string {
  const words = [last?.type, last?.status].filter(Boolean).join(' ');
  return words === '' ? '' : `: last came ${excerpt(words)}`;
}
