import * as v from '@badrap/valita';
import { parseDuration } from '../../duration.js';

const ServiceJson = v.object({
  autostart: v.boolean().nullable().optional(),
  // Booleans are the old form of `off` and `stop`, which Fly still answers with.
  autostop: v.union(v.boolean(), v.string()).nullable().optional(),
  checks: v.array(v.unknown()).nullable().optional(),
});

const ContainerJson = v.object({
  name: v.string().nullable().optional(),
  healthchecks: v.array(v.unknown()).nullable().optional(),
});

/** The part of a machine's configuration that is read. */
export const ConfigJson = v.object({
  image: v.string().nullable().optional(),
  metadata: v.record(v.string()).nullable().optional(),
  standbys: v.array(v.string()).nullable().optional(),
  auto_destroy: v.boolean().nullable().optional(),
  schedule: v.string().nullable().optional(),
  // A string of Go's form, or, from old clients, a number of nanoseconds.
  stop_config: v
    .object({ timeout: v.union(v.string(), v.number()).nullable().optional() })
    .nullable()
    .optional(),
  services: v.array(ServiceJson).nullable().optional(),
  checks: v.record(v.unknown()).nullable().optional(),
  disable_machine_autostart: v.boolean().nullable().optional(),
  restart: v.object({ policy: v.string().nullable().optional() }).nullable().optional(),
  containers: v.array(ContainerJson).nullable().optional(),
});

/** A configuration as Fly shows it. */
export type Config = v.Infer<typeof ConfigJson>;

/** What commands want to know of a machine's configuration. */
export interface ConfigFacts {
  readonly processGroup: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Stands by for other machines and is started by Fly when their host fails. */
  readonly isStandby: boolean;
  /** Destroyed as soon as it stops. */
  readonly autoDestroy: boolean;
  /** How often Fly starts it to run once, such as `hourly`. */
  readonly schedule: string | undefined;
  /** Meant to do its work and end: Fly doesn't restart it, or starts it for each run, or destroys it afterwards. */
  readonly isOneShot: boolean;
  /** From the stop signal to SIGKILL, in milliseconds; undefined where Fly's default (5 s) applies. */
  readonly killTimeout: number | undefined;
  /** Fly's proxy may stop or suspend it when it is idle. */
  readonly autostop: boolean;
  /** Fly's proxy starts it when a request comes. */
  readonly autostart: boolean;
  /** The health checks that it should report: the names of its own, and how many its services have. */
  readonly configuredChecks: { readonly names: readonly string[]; readonly ofServices: number };
  /** The names of its containers that have health checks of their own. */
  readonly checkedContainers: readonly string[];
}

/** The facts of a configuration; none of them hold where it isn't known. */
export function factsOf(config: Config | undefined): ConfigFacts {
  const metadata = config?.metadata ?? {};
  const services = config?.services ?? [];
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
    // On where nothing is said. (docs: launch/autostop-autostart)
    autostart: isWoken && services.some(({ autostart }) => autostart ?? true),
    configuredChecks: {
      names: Object.keys(config?.checks ?? {}),
      ofServices: services.reduce((sum, { checks }) => sum + (checks ?? []).length, 0),
    },
    checkedContainers: (config?.containers ?? []).flatMap(({ name, healthchecks }) =>
      (healthchecks ?? []).length > 0 ? (name ?? '') : [],
    ),
  };
}

function milliseconds(timeout: string | number | null | undefined): number | undefined {
  if (typeof timeout === 'number') return timeout / 1e6;
  return timeout === null || timeout === undefined ? undefined : parseDuration(timeout);
}
