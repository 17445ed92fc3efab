import * as v from '@badrap/valita';

/** How a process ended, as its event tells. */
export interface Exit {
  /** -1 where Fly doesn't know it; undefined where nothing is told of the end. */
  readonly code: number | undefined;
  readonly outOfMemory: boolean;
  /** Somebody has asked for it. */
  readonly requested: boolean;
  /** Fly starts it again by itself. */
  readonly restarting: boolean;
}

/** Something that happened to a machine. */
export interface MachineEvent {
  readonly type: string;
  /** Mostly the state that it came to. */
  readonly status: string;
  /** `user`, `flyd` or `proxy`. */
  readonly source: string;
  /** In milliseconds since 1970 by Fly's clock; 0 where it isn't told. */
  readonly at: number;
  /** Where a process ended. */
  readonly exit?: Exit;
}

const ExitJson = v.object({
  exit_code: v.number().nullable().optional(),
  oom_killed: v.boolean().nullable().optional(),
  requested_stop: v.boolean().nullable().optional(),
  restarting: v.boolean().nullable().optional(),
});

/** Both forms were seen; the nested one comes first, as Fly's own client has it. (superfly/fly-go: machine_types.go) */
const RequestJson = v.object({
  exit_event: v.unknown().optional(),
  MonitorEvent: v.object({ exit_event: v.unknown().optional() }).nullable().optional(),
});

/** An event as Fly lists it. */
export const EventJson = v
  .object({
    type: v.string().nullable().optional(),
    status: v.string().nullable().optional(),
    source: v.string().nullable().optional(),
    timestamp: v.number().nullable().optional(),
    request: v.unknown().optional(),
  })
  .map(({ type, status, source, timestamp, request }): MachineEvent => {
    const event = { type: type ?? '', status: status ?? '', source: source ?? '', at: timestamp ?? 0 };
    return ENDS.has(event.type) ? { ...event, exit: exitIn(request) } : event;
  });

/** A machine that was killed, or that has run out of memory, shows a `crash`. */
const ENDS: ReadonlySet<string> = new Set(['exit', 'crash']);

const UNTOLD: Exit = { code: undefined, outOfMemory: false, requested: false, restarting: false };

function exitIn(request: unknown): Exit {
  const read = RequestJson.try(request, { mode: 'strip' });
  const told = read.ok ? (read.value.MonitorEvent?.exit_event ?? read.value.exit_event) : undefined;
  const exit = ExitJson.try(told, { mode: 'strip' });
  if (!exit.ok) return UNTOLD;
  const { exit_code, oom_killed, requested_stop, restarting } = exit.value;
  return {
    // Go leaves out what is zero.
    code: exit_code ?? 0,
    outOfMemory: oom_killed ?? false,
    requested: requested_stop ?? false,
    restarting: restarting ?? false,
  };
}

/** Events in the order that all of this goes by, the newest first; those of one moment stay as they were listed. */
export function inOrder(events: readonly MachineEvent[]): readonly MachineEvent[] {
  return events.every(({ at }, index) => index === 0 || at <= (events[index - 1]?.at ?? 0))
    ? events
    : [...events].sort((a, b) => b.at - a.at);
}

/** When the newest of those happened that count; 0 for none. */
export function newest(events: readonly MachineEvent[], counts: (event: MachineEvent) => boolean): number {
  return events.find(counts)?.at ?? 0;
}

/** Whether a machine came to be started by it. */
export function isStart({ type, status }: MachineEvent): boolean {
  return type === 'start' && status === 'started';
}

/**
 * Since when a machine has been up, in milliseconds since 1970; undefined where that isn't known: no start is listed (only
 * the five newest events are), one has no time, or something newer, whatever it is, says that it may have been down.
 */
export function upSince(events: readonly MachineEvent[]): number | undefined {
  const [first] = events;
  if (first === undefined || !isStart(first) || events.some(({ at }) => at <= 0)) return undefined;
  return first.at;
}

/**
 * How the newest process ended, where it began later than `since`, nobody has started another and Fly doesn't either;
 * undefined where no such end is listed.
 */
export function endedSince(events: readonly MachineEvent[], since: number): Exit | undefined {
  const started = newestStartOf(events);
  const { exit } = events.find((it) => it.exit !== undefined || it.type === 'start') ?? {};
  return started > since && exit?.restarting === false ? exit : undefined;
}

/** When a machine last began to start, whether it has come to be started or not; 0 where nothing is told. */
export function newestStartOf(events: readonly MachineEvent[]): number {
  return newest(events, ({ type }) => type === 'start');
}

/** Whether its process has just ended and Fly starts it again by itself. */
export function isRestarting(events: readonly MachineEvent[]): boolean {
  return events.find((it) => it.exit !== undefined || it.type === 'start')?.exit?.restarting === true;
}
