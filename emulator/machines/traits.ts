import type { MachineSpec } from './build.js';
import type { MachineConfig } from './machine.js';

type Service = NonNullable<MachineConfig['services']>[number];

/** A trait of a machine, beside or in its service. */
export interface Trait {
  readonly spec?: MachineSpec;
  /** Fields of its one service, laid over those of the traits before. */
  readonly service?: Partial<Service>;
}

const SERVICE: Service = { protocol: 'tcp', internal_port: 8080, autostart: true, autostop: 'off' };
const CHECK = { type: 'http', path: '/up', interval: '10s', timeout: '2s' };

const sized = (cpu_kind: string, cpus: number, memory_mb: number): Trait => ({
  spec: { config: { guest: { cpu_kind, cpus, memory_mb } } },
});

/** Traits of a machine by their names on the command line. */
export const TRAITS: Readonly<Record<string, Trait>> = {
  service: { service: {} },
  autostop: { service: { autostop: 'stop', min_machines_running: 0 } },
  autosuspend: { service: { autostop: 'suspend', min_machines_running: 0 } },
  'no-autostart': { service: { autostart: false } },
  'service-checks': { service: { checks: [CHECK, { type: 'tcp' }] } },
  checks: { spec: { config: { checks: { alive: { ...CHECK, port: 8080 } } } } },
  postgres: {
    spec: {
      config: { image: 'flyio/postgres-flex:15' },
      metadata: { 'fly-managed-postgres': 'true' },
    },
  },
  cordoned: { spec: { cordoned: true } },
  containers: {
    spec: {
      config: {
        containers: [{ name: 'web', healthchecks: [{ name: 'up', http: { port: 8080 } }] }, { name: 'logs' }],
      },
    },
  },
  'one-shot': { spec: { config: { restart: { policy: 'no' } } } },
  scheduled: { spec: { config: { schedule: 'hourly' } } },
  'auto-destroy': { spec: { config: { auto_destroy: true } } },
  // Sizes by Fly's names; without one, a machine is of shared-cpu-1x.
  'shared-cpu-4x': sized('shared', 4, 1_024),
  'performance-2x': sized('performance', 2, 4_096),
};

/** Adds traits to a machine, in their order. */
export function withTraits(spec: MachineSpec, traits: readonly Trait[]): MachineSpec {
  let all = spec;
  for (const { spec: more = {}, service } of traits) {
    const services =
      service === undefined ? {} : { services: [{ ...SERVICE, ...all.config?.services?.[0], ...service }] };
    all = {
      ...all,
      ...more,
      config: { ...all.config, ...more.config, ...services },
      metadata: { ...all.metadata, ...more.metadata },
    };
  }
  return all;
}
