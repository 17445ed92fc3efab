import { rfc3339 } from '../../clock.js';
import type { App, World } from '../../world.js';
import type { Machine } from '../machine.js';
import type { MachineState } from '../states.js';
import { settle } from '../transitions.js';

/** A machine as the list of its organization knows it, which may be a while ago. */
export interface Seen {
  readonly app: App;
  readonly machine: Machine;
  readonly state: MachineState;
  readonly version: string;
  readonly updatedAt: number;
}

/** All machines of some apps as they were `lagMs` ago, oldest update first. */
export function seenMachines({ clock }: World, apps: readonly App[], lagMs: number): Seen[] {
  const now = clock.now();
  const seen = apps.flatMap((app) =>
    [...app.machines.values()].flatMap((machine) => {
      settle(machine, now);
      const { state, instanceId: version, updatedAt } = machine;
      if (lagMs === 0) return [{ app, machine, state, version, updatedAt }];
      const then = machine.past.find(({ at }) => at <= now - lagMs);
      if (then === undefined) return [];
      return [{ app, machine, state: then.state, version: then.instanceId, updatedAt: then.at }];
    }),
  );
  return seen.sort((a, b) => a.updatedAt - b.updatedAt || compareIds(a.machine.id, b.machine.id));
}

/** By code points, whatever the language. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** One item of the list; a summary leaves its config out. */
export function seenJson({ app, machine, state, version, updatedAt }: Seen, summary: boolean): object {
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
