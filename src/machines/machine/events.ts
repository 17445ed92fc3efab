import * as v from '@badrap/valita';
import type { UnixMs } from '../../clock.js';
import { maybe } from '../../maybe.js';

/** End of a process, as its event reports it. */
export interface Exit {
  /** Exit code; -1 if Fly does not know it, undefined if the event says nothing of the end. */
  readonly code: number | undefined;
  readonly outOfMemory: boolean;
  /** True if a request asked for it. */
  readonly requested: boolean;
  /** True if Fly starts it again by itself. */
  readonly restarting: boolean;
}

/** Event of a machine. */
export interface MachineEvent {
  readonly type: string;
  /** Status, mostly the state that the machine came to. */
  readonly status: string;
  /** Source: `user`, `flyd` or `proxy`. */
  readonly source: string;
  /** Time in Unix milliseconds by Fly's clock; 0 if Fly does not give it. */
  readonly at: number;
  /** End of a process; absent for other events. */
  readonly exit?: Exit;
}

const ExitJson = v.object({
  exit_code: maybe(v.number()),
  oom_killed: maybe(v.boolean()),
  requested_stop: maybe(v.boolean()),
  restarting: maybe(v.boolean()),
});

/** Request of an event, in both forms seen; the nested one first, as in Fly's client. (superfly/fly-go: machine_types.go) */
const RequestJson = v.object({
  exit_event: v.unknown().optional(),
  MonitorEvent: maybe(v.object({ exit_event: v.unknown().optional() })),
});

/** Event as Fly lists it. */
export const EventJson = v
  .object({
    type: maybe(v.string()),
    status: maybe(v.string()),
    source: maybe(v.string()),
    timestamp: maybe(v.number()),
    request: v.unknown().optional(),
  })
  .map(({ type, status, source, timestamp, request }): MachineEvent => {
    const event = { type: type ?? '', status: status ?? '', source: source ?? '', at: timestamp ?? 0 };
    return ENDS.has(event.type) ? { ...event, exit: exitIn(request) } : event;
  });

/** Types of events that report an end. A machine that was killed, or ran out of memory, shows a `crash`. */
const ENDS: ReadonlySet<string> = new Set(['exit', 'crash']);

const UNTOLD: Exit = { code: undefined, outOfMemory: false, requested: false, restarting: false };

function exitIn(request: unknown): Exit {
  const read = RequestJson.try(request, { mode: 'strip' });
  const told = read.ok ? (read.value.MonitorEvent?.exit_event ?? read.value.exit_event) : undefined;
  const exit = ExitJson.try(told, { mode: 'strip' });
  if (!exit.ok) return UNTOLD;
  const { exit_code, oom_killed, requested_stop, restarting } = exit.value;
  return {
    // Go leaves out zero values.
    code: exit_code ?? 0,
    outOfMemory: oom_killed ?? false,
    requested: requested_stop ?? false,
    restarting: restarting ?? false,
  };
}

/** Sorts events, the newest first, as all functions here expect. Events of one moment keep their order. */
export function newestFirst(events: readonly MachineEvent[]): readonly MachineEvent[] {
  return events.every(({ at }, index) => index === 0 || at <= (events[index - 1]?.at ?? 0))
    ? events
    : [...events].sort((a, b) => b.at - a.at);
}

/** Returns the time of the newest event that counts; undefined if none does, or its time is unknown. */
export function newest(
  events: readonly MachineEvent[],
  counts: (event: MachineEvent) => boolean,
): UnixMs | undefined {
  return events.find(counts)?.at || undefined;
}

/** Returns whether a time is later than another; an unknown one counts as long ago. */
export function isLater(time: UnixMs | undefined, than: UnixMs | undefined): boolean {
  return (time ?? 0) > (than ?? 0);
}

/** Returns whether the machine became `started` by this event. */
export function isStart({ type, status }: MachineEvent): boolean {
  return type === 'start' && status === 'started';
}

/**
 * Returns since when a machine has been up, in Unix milliseconds; undefined if that is unknown: Fly lists no start (it
 * lists only five events), an event has no time, or a newer event of any kind means that it may have been down.
 */
export function upSince(events: readonly MachineEvent[]): number | undefined {
  const [first] = events;
  if (first === undefined || !isStart(first) || events.some(({ at }) => at <= 0)) return undefined;
  return first.at;
}

/**
 * Returns how the newest process ended, if it began after `since` (Unix milliseconds) and has no successor; undefined if
 * no such end is listed, or Fly starts it again.
 */
export function endedSince(events: readonly MachineEvent[], since: number): Exit | undefined {
  const started = newestStartOf(events) ?? 0;
  const { exit } = events.find((it) => it.exit !== undefined || it.type === 'start') ?? {};
  return started > since && exit?.restarting === false ? exit : undefined;
}

/** Returns when a machine last began to start, even if it never became `started`; undefined if no event says so. */
export function newestStartOf(events: readonly MachineEvent[]): UnixMs | undefined {
  return newest(events, ({ type }) => type === 'start');
}

/** Returns whether the machine's process has just ended and Fly starts it again by itself. */
export function isRestarting(events: readonly MachineEvent[]): boolean {
  return events.find((it) => it.exit !== undefined || it.type === 'start')?.exit?.restarting === true;
}

/** Returns how the newest process ended; undefined if no event tells, or something newer has begun since. */
export function newestEnd(events: readonly MachineEvent[]): Exit | undefined {
  return events.find(({ type, exit }) => exit !== undefined || type === 'start' || type === 'restart')?.exit;
}
