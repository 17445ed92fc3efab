import * as v from '@badrap/valita';
import { parseDuration } from '../../duration.js';
import { maybe } from '../../maybe.js';

const ServiceJson = v.object({
  autostart: maybe(v.boolean()),
  // Fly still sends the old form, too: booleans for `off` and `stop`.
  autostop: maybe(v.union(v.boolean(), v.string())),
  checks: maybe(v.array(v.unknown())),
});

const ContainerConfigJson = v.object({
  name: maybe(v.string()),
  healthchecks: maybe(v.array(v.unknown())),
});

/** Part of a machine's configuration that we read. */
export const ConfigJson = v.object({
  image: maybe(v.string()),
  metadata: maybe(v.record(v.string())),
  standbys: maybe(v.array(v.string())),
  auto_destroy: maybe(v.boolean()),
  schedule: maybe(v.string()),
  // A string in Go's form or, from old clients, a number of nanoseconds.
  stop_config: maybe(v.object({ timeout: maybe(v.union(v.string(), v.number())) })),
  services: maybe(v.array(ServiceJson)),
  checks: maybe(v.record(v.unknown())),
  disable_machine_autostart: maybe(v.boolean()),
  restart: maybe(v.object({ policy: maybe(v.string()) })),
  containers: maybe(v.array(ContainerConfigJson)),
  guest: v.unknown().optional(),
});

/** Configuration as Fly shows it. */
export type Config = v.Infer<typeof ConfigJson>;

/** Facts of a machine's configuration that commands need. */
export interface ConfigFacts {
  readonly processGroup: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** True for a standby of other machines, which Fly starts when their host fails. */
  readonly isStandby: boolean;
  /** True if Fly destroys it as soon as it stops. */
  readonly autoDestroy: boolean;
  /** Interval at which Fly starts it to run once, such as `hourly`. */
  readonly schedule: string | undefined;
  /** True if it does its work and ends: Fly does not restart it, or starts it for each run, or destroys it afterwards. */
  readonly isOneShot: boolean;
  /** Milliseconds from the stop signal to SIGKILL; undefined if Fly's default (5 s) applies. */
  readonly killTimeout: number | undefined;
  /** True if Fly's proxy may stop or suspend it when it is idle. */
  readonly autostop: boolean;
  /** True if Fly's proxy starts it when a request comes. */
  readonly autostart: boolean;
  /** Health checks that it should report: the names of its own, and the number of those of its services. */
  readonly configuredChecks: { readonly names: readonly string[]; readonly ofServices: number };
  /** Time in ms that its checks may take by their configuration until one passes: the longest grace period and interval. */
  readonly checksTake: number;
  /** Names of its containers that have health checks of their own. */
  readonly checkedContainers: readonly string[];
  /** Names of all its containers, none for an ordinary machine; undefined where that isn't known. */
  readonly containerNames: readonly string[] | undefined;
  /** Size as Fly names it, and its memory: `shared-cpu-1x 256 MB`; undefined where that isn't known. */
  readonly size: string | undefined;
}

/** Returns the facts of a configuration; without one, none of them hold. */
export function factsOf(config: Config | undefined): ConfigFacts {
  const metadata = config?.metadata ?? {};
  const services = config?.services ?? [];
  const ofServices = services.flatMap(({ checks }) => checks ?? []);
  const isWoken = config?.disable_machine_autostart !== true;
  return {
    processGroup: metadata['fly_process_group'] || metadata['process_group'] || undefined,
    metadata,
    isStandby: (config?.standbys ?? []).length > 0,
    autoDestroy: config?.auto_destroy ?? false,
    schedule: config?.schedule || undefined,
    isOneShot: config?.restart?.policy === 'no' || config?.auto_destroy === true || Boolean(config?.schedule),
    killTimeout: milliseconds(config?.stop_config?.timeout),
    autostop: services.some(({ autostop }) => [true, 'stop', 'suspend'].includes(autostop ?? false)),
    // True unless the configuration says otherwise. (docs: launch/autostop-autostart)
    autostart: isWoken && services.some(({ autostart }) => autostart ?? true),
    configuredChecks: {
      names: Object.keys(config?.checks ?? {}),
      ofServices: ofServices.length,
    },
    checksTake: Math.max(0, ...Object.values(config?.checks ?? {}).map(timeOf), ...ofServices.map(timeOf)),
    checkedContainers: (config?.containers ?? []).flatMap(({ name, healthchecks }) =>
      (healthchecks ?? []).length > 0 ? (name ?? '') : [],
    ),
    containerNames: config === undefined ? undefined : containerNames(config),
    size: sizeOf(config?.guest),
  };
}

/** Times of a check, strings in Go's form or numbers of nanoseconds; any other form tells nothing. */
const CheckTimesJson = v.object({
  grace_period: maybe(v.union(v.string(), v.number())),
  interval: maybe(v.union(v.string(), v.number())),
});

function timeOf(check: unknown): number {
  const times = CheckTimesJson.try(check, { mode: 'strip' });
  if (!times.ok) return 0;
  const { grace_period: grace, interval } = times.value;
  return (milliseconds(grace) ?? 0) + (milliseconds(interval) ?? 0);
}

const GuestJson = v.object({ cpu_kind: v.string(), cpus: v.number(), memory_mb: v.number() });

/** Names a size; one of another form is only not known, since no command decides by it. */
function sizeOf(guest: unknown): string | undefined {
  const read = GuestJson.try(guest, { mode: 'strip' });
  if (!read.ok) return undefined;
  const { cpu_kind: kind, cpus, memory_mb: memory } = read.value;
  return `${kind === 'shared' ? 'shared-cpu' : kind}-${cpus}x ${memory} MB`;
}

/** Returns the names of all containers; undefined where one is without a name, which then could be any. */
function containerNames({ containers }: Config): readonly string[] | undefined {
  const names = (containers ?? []).map(({ name }) => name ?? '');
  return names.includes('') ? undefined : names;
}

function milliseconds(timeout: string | number | null | undefined): number | undefined {
  if (typeof timeout === 'number') return timeout / 1e6;
  return timeout === null || timeout === undefined ? undefined : parseDuration(timeout);
}
