import { rfc3339 } from '../../clock.js';
import type { App, World } from '../../world.js';
import type { Machine } from '../machine.js';
import type { MachineState } from '../states.js';
import { settle } from '../transitions.js';

/** A machine as the list of its organization shows it, which may lag behind. */
export interface ListedMachine {
  readonly app: App;
  readonly machine: Machine;
  readonly state: MachineState;
  readonly version: string;
  readonly updatedAt: number;
}

/** Returns all machines of some apps as they were `lagMs` milliseconds ago, oldest update first. */
export function listedMachines({ clock }: World, apps: readonly App[], lagMs: number): ListedMachine[] {
  const now = clock.now();
  const seen = apps.flatMap((app) =>
    [...app.machines.values()].flatMap((machine) => {
      settle(machine, now);
      const { state, instanceId: version } = machine;
      const writtenAt = machine.writtenAt <= now - lagMs ? machine.writtenAt : 0;
      const updatedAt = Math.max(machine.updatedAt, writtenAt);
      if (lagMs === 0) return [{ app, machine, state, version, updatedAt }];
      const then = machine.past.find(({ at }) => at <= now - lagMs);
      if (then === undefined) return [];
      const known = { state: then.state, version: then.instanceId, updatedAt: Math.max(then.at, writtenAt) };
      return [{ app, machine, ...known }];
    }),
  );
  return seen.sort((a, b) => a.updatedAt - b.updatedAt || compareIds(a.machine.id, b.machine.id));
}

/** Compares ids by code points, whatever the language. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Converts an item of the list to the form of the API; a summary leaves the config out. */
export function listedJson(
  { app, machine, state, version, updatedAt }: ListedMachine,
  summary: boolean,
): object {
  const { id, name, region, privateIp, createdAt, config } = machine;
  return {
    app_name: app.name,
    id,
    name,
    state,
    region,
    version,
    private_ip: privateIp,
    created_at: rfc3339(createdAt),
    updated_at: rfc3339(updatedAt),
    ...(summary ? {} : { config: { image: config.image, guest: config.guest, metadata: config.metadata } }),
  };
}
