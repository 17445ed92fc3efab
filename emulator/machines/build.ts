import { hex, inventedName, ulid } from '../random.js';
import type { App, Organization, World } from '../world.js';
import type { Behaviour } from './behaviour.js';
import { historyOf } from './history.js';
import { launch } from './lifecycle.js';
import type { Machine, MachineConfig } from './machine.js';
import type { MachineState } from './states.js';
import { plan } from './transitions.js';

/** A machine to add; every field has a default. */
export interface MachineSpec {
  readonly id?: string;
  readonly name?: string;
  /** Region. Default `fra`. */
  readonly region?: string;
  /** State. Default `started`. */
  readonly state?: MachineState;
  /** Process group. Default `app`. */
  readonly processGroup?: string;
  /** Metadata laid over the default one, key by key. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Config laid over the default one, field by field. */
  readonly config?: MachineConfig;
  /** Labels of its image. Default: those of Fly's Postgres for an image of `flyio/postgres…`, else none. */
  readonly imageLabels?: Readonly<Record<string, string>>;
  readonly cordoned?: boolean;
  readonly behaviour?: Behaviour;
  /** Milliseconds that it has been in its state. Default an hour, or 0 if it is created. */
  readonly sinceMs?: number;
}

/** An app to add. */
export interface AppSpec {
  readonly name: string;
  /** Slug of its organization. Default `my-org`. */
  readonly org?: string;
  readonly machines?: readonly MachineSpec[];
}

const HOUR = 3_600_000;

/** Adds an app with its machines. Throws when the name is taken. */
export function addApp(world: World, { name, org = 'my-org', machines = [] }: AppSpec): App {
  if (world.apps.has(name)) throw new Error(`There is an app ${name} already.`);
  const organization = organizationOf(world, org);
  const numericId = 1_000_001n + BigInt(world.apps.size);
  const app: App = {
    name,
    id: hex(world.random, 8),
    numericId,
    organization,
    network: 'default',
    machines: new Map(),
    lies: { since: undefined, count: 0 },
  };
  world.apps.set(name, app);
  for (const spec of machines) addMachine(world, app, spec);
  return app;
}

function organizationOf(world: World, slug: string): Organization {
  const known = world.organizations.get(slug);
  if (known !== undefined) return known;
  const organization = { slug, name: slug, id: 4_001n + BigInt(world.organizations.size) };
  world.organizations.set(slug, organization);
  return organization;
}

/** Adds a machine in any state, with the history that leads there. Throws when the id is taken. */
export function addMachine(world: World, app: App, spec: MachineSpec = {}): Machine {
  const { random } = world;
  const now = world.clock.now();
  const { state = 'started', behaviour = {} } = spec;
  // A created machine is on its way to start, unless the spec says how long it has been created.
  const { sinceMs = state === 'created' ? 0 : HOUR } = spec;
  const since = now - sinceMs;
  const createdAt = state === 'created' ? since : since - HOUR;
  // Go writes an address without leading zeros in a group.
  const ip = [2, 2, 2].map((bytes) => Number.parseInt(hex(random, bytes), 16).toString(16)).join(':');
  const config = toShown({ ...defaultConfig(app, spec), ...spec.config });
  const instanceId = ulid(createdAt, random);
  const machine: Machine = {
    app: app.name,
    id: spec.id ?? hex(random, 7),
    name: spec.name ?? inventedName(random),
    region: spec.region ?? 'fra',
    privateIp: `fdaa:0:18:a7b:${ip}:2`,
    createdAt,
    instanceId,
    earlierVersions: [],
    state,
    goal: state,
    updatedAt: since,
    writtenAt: 0,
    startedAt: state === 'started' ? since : undefined,
    activeUntil: 0,
    listedAt: undefined,
    denials: 0,
    cordoned: spec.cordoned ?? false,
    imageLabels: spec.imageLabels ?? labelsOf(config),
    config,
    lease: undefined,
    events: historyOf(world, state, { createdAt, since }),
    past: [{ at: since, state, instanceId }],
    restarts: 0,
    behaviour: { ...behaviour },
    plan: [],
    watchers: new Set(),
  };
  if (app.machines.has(machine.id)) throw new Error(`There is a machine ${machine.id} already.`);
  app.machines.set(machine.id, machine);
  if (state === 'created') {
    const ready = now + (behaviour.createdMs ?? 7_000);
    plan(machine, ready, () => launch(world, machine, ready));
  }
  return machine;
}

/** Converts a config from the way a client writes it to the way the API shows it. */
function toShown(config: MachineConfig): MachineConfig {
  const { services } = config;
  if (services === undefined) return config;
  return {
    ...config,
    services: services.map((service) => {
      const { autostop } = service;
      if (autostop === 'off' || autostop === 'stop') return { ...service, autostop: autostop === 'stop' };
      return service;
    }),
  };
}

function labelsOf({ image = '' }: MachineConfig): Readonly<Record<string, string>> {
  if (!image.startsWith('flyio/postgres')) return {};
  return { 'fly.app_role': 'postgres_cluster', 'fly.pg-manager': 'repmgr', 'fly.version': 'v0.0.66' };
}

function defaultConfig(app: App, { processGroup = 'app', metadata }: MachineSpec): MachineConfig {
  return {
    env: { FLY_PROCESS_GROUP: processGroup, PRIMARY_REGION: 'fra' },
    init: {},
    guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 256 },
    metadata: {
      fly_platform_version: 'v2',
      fly_process_group: processGroup,
      fly_release_version: '7',
      ...metadata,
    },
    image: `registry.fly.io/${app.name}:deployment-01HMVXC16ED6SHK9452AF029Y7`,
    restart: { policy: 'on-failure', max_retries: 10 },
  };
}
