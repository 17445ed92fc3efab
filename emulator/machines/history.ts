import type { World } from '../world.js';
import { exitOf } from './exits.js';
import type { MachineEvent } from './machine.js';
import type { MachineState } from './states.js';
import { event } from './transitions.js';

/** The events that every version of a machine begins with, newest first. */
export function launch(world: World, at: number): MachineEvent[] {
  return [
    event(world, 'created', at, { type: 'launch', source: 'user' }),
    event(world, 'pending', at, { type: 'launch' }),
  ];
}

const BOOT_MS = 1_500;
const STOP_MS = 400;

/** The events that lead a machine into a state, newest first. */
export function historyOf(
  world: World,
  state: MachineState,
  { createdAt, since }: { readonly createdAt: number; readonly since: number },
): MachineEvent[] {
  const events = launch(world, createdAt);
  const add = (status: string, at: number, how: Parameters<typeof event>[3]) =>
    events.unshift(event(world, status, at, how));
  if (state === 'created') return events;
  add('started', state === 'started' ? since : createdAt + BOOT_MS, { type: 'start' });
  switch (state) {
    case 'started':
      break;
    case 'stopped':
      add('stopping', since - STOP_MS, { type: 'stop', source: 'user' });
      add('stopped', since, exitOf(world.settings, { code: 0, requested: true }, since));
      break;
    case 'suspended':
      add('suspending', since - STOP_MS, { type: 'suspend', source: 'user' });
      add('suspended', since, { type: 'suspend' });
      break;
    default:
      add(state, since, { type: 'update' });
  }
  return events;
}
