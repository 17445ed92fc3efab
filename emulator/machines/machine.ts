import type { Behaviour } from './behaviour.js';
import type { MachineState } from './states.js';

export interface MachineEvent {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly source: string;
  /** Milliseconds since 1970, unlike most times of this API. */
  readonly timestamp: number;
  readonly request?: Readonly<Record<string, unknown>>;
}

export interface Lease {
  readonly nonce: string;
  readonly owner: string;
  readonly description: string;
  readonly version: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** The part of a machine's config that this emulator acts on; whatever else it holds is shown as it is. */
export interface MachineConfig {
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly guest?: {
    readonly cpu_kind: string;
    readonly cpus: number;
    readonly memory_mb: number;
    readonly gpus?: number;
  };
  readonly metadata?: Readonly<Record<string, string>>;
  readonly services?: readonly {
    readonly protocol?: string;
    readonly internal_port?: number;
    readonly autostart?: boolean;
    /** As it is written; it comes back as false, true or "suspend". */
    readonly autostop?: boolean | 'off' | 'stop' | 'suspend';
    readonly min_machines_running?: number;
    readonly checks?: readonly { readonly type?: string; readonly [name: string]: unknown }[];
    readonly [name: string]: unknown;
  }[];
  readonly checks?: Readonly<
    Record<
      string,
      {
        readonly type?: string;
        readonly port?: number;
        readonly kind?: string;
        readonly [name: string]: unknown;
      }
    >
  >;
  readonly containers?: readonly {
    readonly name?: string;
    readonly healthchecks?: readonly unknown[];
    readonly [name: string]: unknown;
  }[];
  readonly stop_config?: { readonly signal?: string; readonly timeout?: string | number };
  readonly restart?: { readonly policy: string; readonly max_retries?: number };
  readonly auto_destroy?: boolean;
  readonly schedule?: string;
  readonly init?: { readonly swap_size_mb?: number; readonly [name: string]: unknown };
  readonly standbys?: readonly string[];
  readonly [name: string]: unknown;
}

/** What a machine was from a time on. */
export interface Past {
  readonly at: number;
  readonly state: MachineState;
  readonly instanceId: string;
}

/** A change that will come about by itself at its time. */
export interface Step {
  readonly at: number;
  readonly run: () => void;
}

/**
 * A machine in its present state. Nothing runs in the background: what is planned comes about when the
 * machine is next looked at (`settle`), dated as if it had happened in time.
 */
export interface Machine {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly privateIp: string;
  /** Of its image. */
  readonly imageLabels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, as are the other times here. */
  readonly createdAt: number;
  /** The present version; changes when the machine is replaced. */
  instanceId: string;
  readonly earlierVersions: string[];
  state: MachineState;
  updatedAt: number;
  startedAt: number | undefined;
  /** Until then a start is refused, although the machine is shown as stopped. */
  activeUntil: number;
  /** When a list first showed it; until then undefined. */
  listedAt: number | undefined;
  /** How many requests for it were answered as if it weren't there. */
  denials: number;
  cordoned: boolean;
  config: MachineConfig;
  lease: Lease | undefined;
  /** Newest first. */
  readonly events: MachineEvent[];
  /** Every state that it entered, newest first, as far back as events are kept. */
  readonly past: Past[];
  restarts: number;
  /** How it differs from a machine that does what it is told; can be changed at any time. */
  readonly behaviour: Behaviour;
  /** In the order of their times. */
  plan: Step[];
  /** Called after every change of state. */
  readonly watchers: Set<() => void>;
}
