import type { Behaviour } from './behaviour.js';
import type { MachineState } from './states.js';

/** An event in the list of a machine's events. */
export interface MachineEvent {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly source: string;
  /** Time in milliseconds since 1970, unlike most times of this API. */
  readonly timestamp: number;
  readonly request?: Readonly<Record<string, unknown>>;
}

/** A lease on a machine. */
export interface Lease {
  readonly nonce: string;
  readonly owner: string;
  readonly description: string;
  readonly version: string;
  /** End in Unix seconds. */
  readonly expiresAt: number;
}

/** The fields of a machine's config that this emulator acts on. It shows all others as they came. */
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
    /** Value as a client writes it; the API shows false, true or "suspend". */
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

/** State and version of a machine from a time on, in milliseconds since 1970. */
export interface PastState {
  readonly at: number;
  readonly state: MachineState;
  readonly instanceId: string;
}

/** A change that happens at a time, in milliseconds since 1970. */
export interface PlannedChange {
  readonly at: number;
  readonly run: () => void;
}

/**
 * A machine in its present state. Nothing runs in the background: a planned change happens when the emulator next
 * looks at the machine (`settle`), and bears its planned time.
 */
export interface Machine {
  /** Name of its app. */
  readonly app: string;
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly privateIp: string;
  /** Labels of its image. */
  readonly imageLabels: Readonly<Record<string, string>>;
  /** Creation time in milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  /** Present version; changes when the machine is replaced. */
  instanceId: string;
  readonly earlierVersions: string[];
  state: MachineState;
  /** State that it returns to, while it is replacing. */
  goal: MachineState;
  updatedAt: number;
  /** Time of the last write of metadata that shows; 0: none does. */
  writtenAt: number;
  startedAt: number | undefined;
  /** Time until which a start is refused although the machine shows as stopped. */
  activeUntil: number;
  /** Time at which a list first showed it; until then undefined. */
  listedAt: number | undefined;
  /** Number of requests that were answered as if the machine didn't exist. */
  denials: number;
  cordoned: boolean;
  config: MachineConfig;
  lease: Lease | undefined;
  /** Events, newest first. */
  readonly events: MachineEvent[];
  /** Every state that it entered, newest first, as far back as events go. */
  readonly past: PastState[];
  /** Number of restarts after crashes since a client last started it. */
  restarts: number;
  /** Differences from a machine that does what it is told; the caller may change them at any time. */
  readonly behaviour: Behaviour;
  /** Planned changes in the order of their times. */
  plan: PlannedChange[];
  /** Functions to call after every change of state. */
  readonly watchers: Set<() => void>;
}
