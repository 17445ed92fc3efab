import { ulid } from '../random.js';
import type { World } from '../world.js';
import type { Machine, MachineEvent } from './machine.js';
import type { MachineState } from './states.js';

/** How many events are kept; a machine that crashes and restarts all day makes many. */
const MOST_EVENTS = 100;

/** Brings about everything planned up to now, each at its own time. */
export function settle(machine: Machine, now: number): void {
  for (;;) {
    const step = machine.plan[0];
    if (step === undefined || step.at > now) return;
    machine.plan.shift();
    step.run();
  }
}

/** Plans a change; what was planned before stays. */
export function plan(machine: Machine, at: number, run: () => void): void {
  machine.plan.push({ at, run });
  machine.plan.sort((a, b) => a.at - b.at);
}

/** Drops what was planned: somebody wants something else of the machine now. */
export function forget(machine: Machine): void {
  machine.plan = [];
}

/** Who brought a change about: somebody through the API, a request through the proxy, or Fly itself. */
export type Source = 'user' | 'proxy' | 'flyd';

/** What stands in the event list of a change; the status is the new state where nothing else is said. */
export interface Happening {
  readonly type: string;
  readonly status?: string;
  readonly source?: Source;
  readonly request?: Readonly<Record<string, unknown>>;
}

/** Puts the machine into a state, with an event, and tells whoever waits for it. */
export function enter(
  world: World,
  machine: Machine,
  state: MachineState,
  at: number,
  happening?: Happening,
): void {
  if (state === 'started') machine.startedAt = at;
  machine.state = state;
  machine.updatedAt = at;
  machine.past.unshift({ at, state, instanceId: machine.instanceId });
  machine.past.splice(MOST_EVENTS);
  if (happening !== undefined) {
    machine.events.unshift(event(world, state, at, happening));
    machine.events.splice(MOST_EVENTS);
  }
  for (const watcher of [...machine.watchers]) watcher();
}

/** An event as Fly lists it. */
export function event(world: World, state: string, at: number, happening: Happening): MachineEvent {
  const { type, status = state, source = 'flyd', request } = happening;
  const id = ulid(at, world.random);
  return { id, type, status, source, timestamp: at, ...(request === undefined ? {} : { request }) };
}
