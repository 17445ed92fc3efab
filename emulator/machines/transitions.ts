import type { Cause, Happening } from '../happening.js';
import { ulid } from '../random.js';
import type { World } from '../world.js';
import type { Machine, MachineEvent } from './machine.js';
import type { MachineState } from './states.js';

/** Number of events to keep; a machine that crashes and restarts all day makes many. */
const MOST_EVENTS = 100;

/** Makes every change planned up to now, each at its own time. */
export function settle(machine: Machine, now: number): void {
  for (;;) {
    const step = machine.plan[0];
    if (step === undefined || step.at > now) return;
    machine.plan.shift();
    step.run();
  }
}

/** Plans a change; earlier plans stay. */
export function plan(machine: Machine, at: number, run: () => void): void {
  machine.plan.push({ at, run });
  machine.plan.sort((a, b) => a.at - b.at);
}

/** Drops all plans, because a client now wants something else of the machine. */
export function forget(machine: Machine): void {
  machine.plan = [];
}

/** Origin of a change: a client of the API, a request through the proxy, or Fly itself. */
export type Source = 'user' | 'proxy' | 'flyd';

/** Details of a change for the list of events. Default status: the new state. */
export interface EventDetails {
  readonly type: string;
  readonly status?: string;
  readonly source?: Source;
  readonly request?: Readonly<Record<string, unknown>>;
  /** End of a process that the event tells of. */
  readonly exit?: Extract<Happening, { kind: 'state' }>['exit'];
}

/** Change of a machine's state. */
export interface Entry {
  readonly state: MachineState;
  readonly at: number;
  /** Whoever brought it about, also where it was planned long before. */
  readonly cause: Cause;
  /** Absent: the list of events doesn't tell of it. */
  readonly event?: EventDetails | undefined;
}

/** Puts the machine into a state, with an event, and calls its watchers. */
export function enter(world: World, machine: Machine, { state, at, cause, event }: Entry): void {
  world.tell?.({
    kind: 'state',
    at,
    app: machine.app,
    machine: machine.id,
    cause,
    from: machine.state,
    to: state,
    ...(event?.exit !== undefined && { exit: event.exit }),
  });
  if (state === 'started') machine.startedAt = at;
  machine.state = state;
  machine.updatedAt = at;
  machine.past.unshift({ at, state, instanceId: machine.instanceId });
  machine.past.splice(MOST_EVENTS);
  if (event !== undefined) addEvent(world, machine, at, event);
  for (const watcher of [...machine.watchers]) watcher();
}

/** Adds an event to the list of a machine's events. Its status is the present state unless the details name one. */
export function addEvent(world: World, machine: Machine, at: number, details: EventDetails): void {
  machine.events.unshift(makeEvent(world, machine.state, at, details));
  machine.events.splice(MOST_EVENTS);
}

/** Makes an event in the form of Fly's list. */
export function makeEvent(world: World, state: string, at: number, details: EventDetails): MachineEvent {
  const { type, status = state, source = 'flyd', request } = details;
  const id = ulid(at, world.random);
  // Fly tells whole milliseconds.
  return {
    id,
    type,
    status,
    source,
    timestamp: Math.floor(at),
    ...(request === undefined ? {} : { request }),
  };
}
