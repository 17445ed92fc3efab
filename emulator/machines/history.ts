import type { World } from '../world.js';
import { exitDetails } from './exits.js';
import type { MachineEvent } from './machine.js';
import type { MachineState } from './states.js';
import { makeEvent } from './transitions.js';

/** Makes the events with which every version of a machine begins, newest first. */
export function launchEvents(world: World, at: number): MachineEvent[] {
  return [
    makeEvent(world, 'created', at, { type: 'launch', source: 'user' }),
    makeEvent(world, 'pending', at, { type: 'launch' }),
  ];
}

/** Milliseconds from the creation of a machine with a past to started. */
const BOOT_MS = 1_500;
/** Milliseconds from the order to stop or suspend a machine with a past to its end. */
const STOP_MS = 400;

/** Makes the events that lead a machine into a state, newest first. Times are in milliseconds since 1970. */
export function historyOf(
  world: World,
  state: MachineState,
  { createdAt, since }: { readonly createdAt: number; readonly since: number },
): MachineEvent[] {
  const events = launchEvents(world, createdAt);
  const add = (status: string, at: number, how: Parameters<typeof makeEvent>[3]) =>
    events.unshift(makeEvent(world, status, at, how));
  if (state === 'created') return events;
  add('started', state === 'started' ? since : createdAt + BOOT_MS, { type: 'start' });
  switch (state) {
    case 'started':
      break;
    case 'stopped':
      add('stopping', since - STOP_MS, { type: 'stop', source: 'user' });
      add('stopped', since, exitDetails(world.settings, { code: 0, requested: true }, since));
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
