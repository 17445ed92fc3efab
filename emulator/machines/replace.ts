import type { Cause } from '../happening.js';
import { ulid } from '../random.js';
import type { World } from '../world.js';
import { launchEvents } from './history.js';
import type { Machine, MachineConfig } from './machine.js';
import { setMetadata } from './metadata.js';
import type { MachineState } from './states.js';
import { enter, forget, plan } from './transitions.js';

/** Parts of the config that a new version brings. */
export interface Replacement {
  /** Config laid over the present one, field by field. */
  readonly config?: MachineConfig | undefined;
  /** Metadata in place of all that there is, as a deploy writes back what it read before. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** True: the new version starts, whatever state the machine is in. */
  readonly launch?: boolean | undefined;
}

/** States that lead to another one; a new version is in that one when it is done. */
const GOALS: Partial<Record<MachineState, MachineState>> = {
  created: 'started',
  creating: 'started',
  starting: 'started',
  restarting: 'started',
  stopping: 'stopped',
  suspending: 'suspended',
  updating: 'started',
};

/**
 * Gives a machine a new version, as a deploy does: its events begin anew, the machine is replacing for a while,
 * then returns to its state, or to the one that it was on its way to, or starts.
 */
export function replace(
  world: World,
  machine: Machine,
  cause: Cause,
  { config, metadata, launch = false }: Replacement = {},
): void {
  const { state, app, id } = machine;
  const now = world.clock.now();
  const usual = state === 'replacing' ? machine.goal : (GOALS[state] ?? state);
  const goal = launch ? 'started' : usual;
  machine.earlierVersions.push(machine.instanceId);
  machine.instanceId = ulid(now, world.random);
  world.tell?.({ kind: 'version', at: now, app, machine: id, cause, instanceId: machine.instanceId });
  const kept = machine.config.metadata ?? {};
  if (config !== undefined) machine.config = { ...machine.config, ...config, metadata: kept };
  const next = metadata ?? config?.metadata;
  if (next !== undefined) setMetadata(world, machine, next, cause);
  forget(machine);
  machine.goal = goal;
  if (launch) machine.restarts = 0;
  machine.events.splice(0, Number.POSITIVE_INFINITY, ...launchEvents(world, now));
  enter(world, machine, { state: 'replacing', at: now, cause });
  const done = now + world.settings.replaceMs;
  plan(machine, done, () => {
    const event = { type: goal === 'started' ? 'start' : 'update' };
    enter(world, machine, { state: goal, at: done, cause, event });
  });
}
