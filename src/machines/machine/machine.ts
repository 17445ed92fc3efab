import * as v from '@badrap/valita';
import type { UnixMs } from '../../clock.js';
import { maybe } from '../../maybe.js';
import { excerpt } from '../../text.js';
import { EventJson, isStart, type MachineEvent, newest, newestFirst } from './events.js';
import { type Config, type ConfigFacts, ConfigJson, factsOf } from './machine-config.js';

/** Machine as this action knows it: the part of Fly's object that commands decide by and outputs show. */
export interface Machine extends ConfigFacts {
  readonly id: string;
  readonly name: string;
  /** State as Fly names it; names that are new to us stay visible. */
  readonly state: string;
  readonly region: string;
  readonly privateIp: string | undefined;
  /** Version of the machine, a ULID that changes with each update. */
  readonly instanceId: string | undefined;
  /** `ok`, or the reason why Fly can't reach the machine's host. */
  readonly hostStatus: string;
  /** True if it is out of the proxy's rotation. */
  readonly cordoned: boolean;
  /** Health checks that have reported. */
  readonly checks: readonly Check[];
  /** Containers that Fly reports, if it consists of several. */
  readonly containers: readonly Container[];
  /** Time of its newest event by Fly's clock; undefined if no event tells. */
  readonly newestEvent: UnixMs | undefined;
  /** Time at which it last became `started`, likewise. */
  readonly newestStart: UnixMs | undefined;
  /** Events, the newest first; Fly lists five. */
  readonly events: readonly MachineEvent[];
  /** Time of its last change, likewise: each start and stop counts, not just deploys; undefined if Fly does not give it. */
  readonly updatedAt: UnixMs | undefined;
  /** True for a node of unmanaged Postgres, which `fly postgres` makes of an ordinary machine. */
  readonly isPostgres: boolean;
  /** Holder of its lease; undefined if there is none, or if the request didn't ask for leases. */
  readonly holder: Holder | undefined;
}

/** Last report of a health check. */
export interface Check {
  readonly name: string;
  /** `passing`, `warning` or `critical`. */
  readonly status: string;
  readonly output: string;
}

/** Container of a machine, as Fly reports it. */
export interface Container {
  readonly name: string;
  /** State as Fly names it, such as `started` or `healthy`. */
  readonly state: string;
}

const CheckJson = v
  .object({
    name: maybe(v.string()),
    status: maybe(v.string()),
    output: maybe(v.string()),
  })
  .map(
    ({ name, status, output }): Check => ({ name: name ?? '', status: status ?? '', output: output ?? '' }),
  );

const ContainerJson = v
  .object({ name: maybe(v.string()), state: maybe(v.string()) })
  .map(({ name, state }): Container => ({ name: name ?? '', state: state ?? '' }));

const ImageJson = v.object({
  repository: maybe(v.string()),
  labels: maybe(v.record(v.unknown())),
});

/** Lease of a machine. Without an end nothing tells whether it still holds. */
const LeaseJson = v.object({
  owner: maybe(v.string()),
  description: maybe(v.string()),
  expires_at: maybe(v.number()),
});

/** Name that becomes part of a request's path; one of dots alone would lead elsewhere. */
export const NameJson = v.string().assert((name) => !/^\.{0,2}$/.test(name), 'is no name');

/** Fields that both of Fly's lists have. */
const FIELDS = {
  id: NameJson,
  name: maybe(v.string()),
  state: v.string(),
  region: maybe(v.string()),
  private_ip: maybe(v.string()),
  config: maybe(ConfigJson),
  updated_at: maybe(v.string()),
};

const ShownJson = v.object({
  ...FIELDS,
  instance_id: maybe(v.string()),
  host_status: maybe(v.string()),
  // The part of the configuration that Fly still knows while the host is out of reach.
  incomplete_config: maybe(ConfigJson),
  cordoned: maybe(v.boolean()),
  image_ref: maybe(ImageJson),
  checks: maybe(v.array(CheckJson)),
  containers: maybe(v.array(ContainerJson)),
  events: maybe(v.array(EventJson)),
  lease: maybe(LeaseJson),
});

/** Part of Fly's object that we read; we ignore everything else in it. */
export const MachineJson = ShownJson.map(machineOf);

/** Answer to a list. */
export const MachinesJson = v.array(MachineJson);

/**
 * Machine as its organization lists it. We take a missing field for harmless: its host is fine, it is not cordoned, no
 * standby and not destroyed when it stops, has no services or checks, and no events. A caller that needs to know reads
 * the machine or lists its app. Its containers are not known.
 */
export const OrgMachineJson = v
  .object({ ...FIELDS, app_name: NameJson, version: maybe(v.string()) })
  .map((json) => ({
    ...machineOf({ ...json, instance_id: json.version }),
    app: json.app_name,
    containerNames: undefined,
    seenAt: undefined,
  }));

/** Builds a machine. Names each field: a spread takes twice the time, which counts with ten thousand machines. */
function machineOf(json: v.Infer<typeof ShownJson>): Machine {
  const config = json.config ?? json.incomplete_config ?? undefined;
  const facts = factsOf(config);
  const events = newestFirst(json.events ?? []);
  return {
    id: json.id,
    name: json.name ?? '',
    state: json.state,
    region: json.region ?? '',
    privateIp: json.private_ip || undefined,
    instanceId: json.instance_id ?? undefined,
    processGroup: facts.processGroup,
    metadata: facts.metadata,
    isStandby: facts.isStandby,
    autoDestroy: facts.autoDestroy,
    schedule: facts.schedule,
    killTimeout: facts.killTimeout,
    isOneShot: facts.isOneShot,
    hostStatus: json.host_status ?? 'ok',
    cordoned: json.cordoned ?? false,
    autostop: facts.autostop,
    autostart: facts.autostart,
    // Fly invents checks of this name for old clients. (superfly/fly-go: machine_types.go)
    checks: (json.checks ?? []).filter(({ name }) => !name.startsWith('bg_deployments_compat')),
    configuredChecks: facts.configuredChecks,
    containers: json.containers ?? [],
    checksTake: facts.checksTake,
    checkedContainers: facts.checkedContainers,
    // What is left of a configuration need not have all of them.
    containerNames: json.config ? facts.containerNames : undefined,
    size: facts.size,
    newestEvent: newest(events, () => true),
    newestStart: newest(events, isStart),
    events,
    updatedAt: timeOf(json.updated_at),
    isPostgres: isPostgres(config, json.image_ref ?? {}),
    holder: holderOf(json.lease),
  };
}

function timeOf(text: string | null | undefined): UnixMs | undefined {
  return Date.parse(text ?? '') || undefined;
}

function holderOf(lease: v.Infer<typeof LeaseJson> | null | undefined): Holder | undefined {
  const until = (lease?.expires_at ?? 0) * 1000;
  const description = excerpt(lease?.description ?? '') || undefined;
  return until > 0
    ? { owner: excerpt(lease?.owner ?? '') || 'another client', until, description }
    : undefined;
}

/** Returns whether a machine has the metadata or the image of `fly postgres`. (superfly/flyctl: flypg/launcher.go) */
function isPostgres(config: Config | undefined, image: v.Infer<typeof ImageJson>): boolean {
  return (
    config?.metadata?.['fly-managed-postgres'] === 'true' ||
    image.labels?.['fly.app_role'] === 'postgres_cluster' ||
    [image.repository, config?.image].some((name) => /(^|\/)flyio\/postgres/.test(name ?? ''))
  );
}

/** Holder of a lease, as Fly words it: text from another client, on one line. `until` in Unix milliseconds. */
export interface Holder {
  readonly owner: string;
  readonly until: number;
  /** Its own words on what it does; undefined where it has none, or Fly didn't tell. */
  readonly description?: string | undefined;
}
