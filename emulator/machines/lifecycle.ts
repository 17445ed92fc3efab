import type { Cause } from '../happening.js';
import type { World } from '../world.js';
import { exitDetails, type Halt, planEnd } from './exits.js';
import type { Machine } from './machine.js';
import { BY_ITSELF, begin, finish } from './process.js';
import { enter, forget, makeEvent, plan, type Source } from './transitions.js';

const BY_PROXY: Cause = { kind: 'proxy' };

/** Sources of a start that isn't a client's, by the kinds of their causes. */
const SOURCES: Partial<Record<Cause['kind'], Source>> = { proxy: 'proxy', machine: 'flyd' };

/** Starts a machine that isn't running, for whoever causes it. */
export function boot(world: World, machine: Machine, now: number, cause: Cause): void {
  machine.restarts = 0;
  begin(world, machine, now, { source: SOURCES[cause.kind] ?? 'user', cause, type: 'start' });
}

/** Starts a machine for the first time of all; its events tell of that only when it has started. */
export function launch(world: World, machine: Machine, now: number): void {
  begin(world, machine, now, { source: 'flyd', cause: BY_ITSELF, type: 'launch' });
}

/** End of a process that somebody orders, with wishes. */
interface Ordered {
  readonly wish?: Halt;
  readonly cause: Cause;
}

/** Ends the machine's process: it is stopping, then stopped, or destroyed if the config says so. */
export function halt(world: World, machine: Machine, now: number, { wish = {}, cause }: Ordered): void {
  const { at, how } = planEnd(world, machine, now, wish);
  forget(machine);
  enter(world, machine, { state: 'stopping', at: now, cause, event: { type: 'stop', source: 'user' } });
  plan(machine, at, () => finish(world, machine, at, { how, cause }));
  expectVisit(world, machine, now);
}

/** Ends the machine's process and starts it again in the same version. */
export function reboot(world: World, machine: Machine, now: number, { wish = {}, cause }: Ordered): void {
  const { at, how } = planEnd(world, machine, now, wish);
  const state = 'restarting';
  forget(machine);
  machine.restarts = 0;
  enter(world, machine, { state, at: now, cause, event: { type: 'restart', source: 'user' } });
  plan(machine, at, () => {
    const event = exitDetails(world.settings, { ...how, restarting: true }, at);
    enter(world, machine, { state, at, cause, event });
    begin(world, machine, at, { source: 'flyd', cause, type: 'start' });
    const up = machine.plan[0]?.at;
    if (up === undefined || world.settings.restartStarts === 'once') return;
    plan(machine, up, () => {
      if (machine.state === 'started')
        machine.events.unshift(makeEvent(world, 'started', up, { type: 'start' }));
    });
  });
}

/** Takes a snapshot of a running machine: it is suspending, then suspended. */
export function freeze(world: World, machine: Machine, now: number, cause: Cause): void {
  const at = now + world.settings.suspendMs;
  forget(machine);
  enter(world, machine, { state: 'suspending', at: now, cause, event: { type: 'suspend', source: 'user' } });
  plan(machine, at, () =>
    enter(world, machine, { state: 'suspended', at, cause, event: { type: 'suspend' } }),
  );
  expectVisit(world, machine, now);
}

function expectVisit(world: World, machine: Machine, now: number): void {
  const { visitedAfterMs } = machine.behaviour;
  if (visitedAfterMs === undefined) return;
  plan(machine, now + visitedAfterMs, () => visit(world, machine, now + visitedAfterMs));
}

/**
 * Brings the machine a request through the proxy, which wakes it, keeps it from being suspended, or changes
 * nothing.
 */
export function visit(world: World, machine: Machine, now: number): void {
  if (machine.state === 'stopped' || machine.state === 'suspended') boot(world, machine, now, BY_PROXY);
  if (machine.state !== 'suspending') return;
  const began = machine.startedAt;
  const event = { type: world.settings.cancelledSuspend };
  forget(machine);
  enter(world, machine, { state: 'started', at: now, cause: BY_PROXY, event });
  // Its process never ended.
  machine.startedAt = began;
}
