import type { Fly } from '../../emulator/fly.js';
import type { Behaviour } from '../../emulator/machines/behaviour.js';
import type { AppSpec } from '../../emulator/machines/build.js';
import { LOADS, type Load } from '../../emulator/metrics/load.js';
import type { FleetMachine } from '../history/history.js';
import type { Script, ScriptLoad, ScriptMachine } from '../script/script.js';

/** Requests per second of a busy machine. */
const BUSY = 5;

/** Returns the apps of a script as the emulator takes them. */
export function appSpecs({ apps, start }: Script): AppSpec[] {
  return apps.map(({ name, org, machines }) => ({
    name,
    org,
    machines: machines.map((it) => ({ ...it, behaviour: behaviourOf(it, start) })),
  }));
}

function behaviourOf({ behaviour = {}, load, program }: ScriptMachine, start: number): Behaviour {
  return {
    ...behaviour,
    ...(load !== undefined && { load: loadOf(load, start) }),
    ...(program !== undefined && { exec: () => program }),
  };
}

function loadOf(load: ScriptLoad, start: number): Load {
  if (typeof load === 'string') return LOADS[load];
  if ('unmeasuredFrom' in load) {
    const { unmeasuredFrom, unmeasuredUntil } = load;
    const missing = (at: number) => at >= start + unmeasuredFrom && at < start + unmeasuredUntil;
    return { ...LOADS.idle, missing };
  }
  const isBusy = (at: number) =>
    'busyUntil' in load ? at < start + load.busyUntil : at >= start + load.busyFrom;
  return { requests: (at) => (isBusy(at) ? BUSY : 0) };
}

/** Returns all machines as they are at the start. */
export function fleetOf({ apps }: Script, fly: Fly): FleetMachine[] {
  return apps.flatMap(({ name: app, org }) =>
    fly.machines(app).map(({ id, name, region, state, cordoned, config, updatedAt }) => ({
      app,
      org,
      id,
      name,
      region,
      state,
      cordoned,
      processGroup: config.metadata?.['fly_process_group'] ?? '',
      metadata: config.metadata ?? {},
      since: updatedAt,
    })),
  );
}
