import { ulid } from '../random.js';
import type { World } from '../world.js';
import { launchEvents } from './history.js';
import type { Machine } from './machine.js';
import { enter, forget, plan } from './transitions.js';

/**
 * Gives a machine a new version, as a deploy does: its events begin anew, the machine is replacing for a while,
 * then returns to its state.
 */
export function replace(world: World, machine: Machine): void {
  const now = world.clock.now();
  const { state } = machine;
  machine.earlierVersions.push(machine.instanceId);
  machine.instanceId = ulid(now, world.random);
  forget(machine);
  machine.events.splice(0, Number.POSITIVE_INFINITY, ...launchEvents(world, now));
  enter(world, machine, 'replacing', now);
  const done = now + world.settings.replaceMs;
  plan(machine, done, () => {
    enter(world, machine, state, done, { type: state === 'started' ? 'start' : 'update' });
  });
}
