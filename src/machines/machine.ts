import * as v from '@badrap/valita';
import { parseDuration } from '../duration.js';

/** What this action knows of a machine: the part of Fly's object that commands decide by and outputs show. */
export interface Machine {
  readonly id: string;
  readonly name: string;
  /** As Fly names it; names that are new to us stay visible. */
  readonly state: string;
  readonly region: string;
  readonly privateIp: string;
  /** The machine's version, a ULID that changes with each update. */
  readonly instanceId: string | undefined;
  readonly processGroup: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Stands by for other machines and is started by Fly when their host fails. */
  readonly isStandby: boolean;
  /** Destroyed as soon as it stops. */
  readonly autoDestroy: boolean;
  /** From the stop signal to SIGKILL, in milliseconds; undefined where Fly's default (5 s) applies. */
  readonly killTimeout: number | undefined;
  /** `ok`, or why Fly can't reach the machine's host. */
  readonly hostStatus: string;
}

const Config = v.object({
  metadata: v.record(v.string()).nullable().optional(),
  standbys: v.array(v.string()).nullable().optional(),
  auto_destroy: v.boolean().nullable().optional(),
  // A string of Go's form, or, from old clients, a number of nanoseconds.
  stop_config: v
    .object({ timeout: v.union(v.string(), v.number()).nullable().optional() })
    .nullable()
    .optional(),
});

/** The part of Fly's object that is read; everything else in it is passed over unseen. */
export const MachineJson = v
  .object({
    // Dots alone would lead a request's path elsewhere.
    id: v.string().assert((id) => !/^\.{0,2}$/.test(id), 'is no id'),
    name: v.string().nullable().optional(),
    state: v.string(),
    region: v.string().nullable().optional(),
    private_ip: v.string().nullable().optional(),
    instance_id: v.string().nullable().optional(),
    host_status: v.string().nullable().optional(),
    config: Config.nullable().optional(),
    // What Fly still knows of the configuration while the host is out of reach.
    incomplete_config: Config.nullable().optional(),
  })
  .map((json): Machine => {
    const config = json.config ?? json.incomplete_config;
    const metadata = config?.metadata ?? {};
    return {
      id: json.id,
      name: json.name ?? '',
      state: json.state,
      region: json.region ?? '',
      privateIp: json.private_ip ?? '',
      instanceId: json.instance_id ?? undefined,
      processGroup: metadata['fly_process_group'] || metadata['process_group'] || undefined,
      metadata,
      isStandby: (config?.standbys ?? []).length > 0,
      autoDestroy: config?.auto_destroy ?? false,
      killTimeout: milliseconds(config?.stop_config?.timeout),
      hostStatus: json.host_status ?? 'ok',
    };
  });

/** The answer to a list. */
export const MachinesJson = v.array(MachineJson);

/** The answers to start, stop and wait, whose fields differ from source to source: all may be missing. */
export const ActionJson = v.object({
  status: v.string().nullable().optional(),
  message: v.string().nullable().optional(),
  state: v.string().nullable().optional(),
});

function milliseconds(timeout: string | number | null | undefined): number | undefined {
  if (typeof timeout === 'number') return timeout / 1e6;
  return timeout === null || timeout === undefined ? undefined : parseDuration(timeout);
}
