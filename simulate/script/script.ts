import type { Behaviour } from '../../emulator/machines/behaviour.js';
import type { MachineSpec } from '../../emulator/machines/build.js';
import type { GivenSettings } from '../../emulator/settings.js';
import type { TokenOptions } from '../../emulator/tokens.js';
import type { CommandName } from '../../src/command-table.js';
import type { FaultName } from '../weather/faults.js';

/**
 * Everything that a simulated job is to be: a plain value without functions, drawn from a seed, so that it can be printed,
 * made smaller and played again. Times are milliseconds since the script's start unless they say otherwise.
 */
export interface Script {
  /** Moment of the start, in milliseconds since 1970. */
  readonly start: number;
  /** Seed of what chance decides while the script is played: jitter, latency, which request a fault hits. */
  readonly seed: number;
  readonly settings: GivenSettings;
  readonly apps: readonly ScriptApp[];
  readonly tokens: Readonly<Record<string, ScriptToken>>;
  readonly jobs: readonly ScriptJob[];
  readonly others: readonly Deed[];
  readonly weather: readonly Gust[];
  readonly moods: readonly Mood[];
}

/** App of the fleet. */
export interface ScriptApp {
  readonly name: string;
  readonly org: string;
  readonly machines: readonly ScriptMachine[];
}

/** Machine of the fleet; id and name are always given. */
export interface ScriptMachine extends Omit<MachineSpec, 'behaviour'> {
  readonly id: string;
  readonly name: string;
  readonly behaviour?: Omit<Behaviour, 'exec' | 'load'>;
  readonly load?: ScriptLoad;
  /** Program that every `exec` runs. */
  readonly program?: { readonly exitCode: number; readonly stdout: string; readonly takesMs: number };
}

/**
 * Requests that a machine serves: `busy` or `idle` always, `brief` ones that only counters tell of, or busy until a time, or
 * from a time on; or it has no metrics at all, or is idle and has none for a while.
 */
export type ScriptLoad =
  | 'idle'
  | 'busy'
  | 'brief'
  | 'unmeasured'
  | { readonly unmeasuredFrom: number; readonly unmeasuredUntil: number }
  | { readonly busyUntil: number }
  | { readonly busyFrom: number };

/** Token to mint at the start. */
export interface ScriptToken extends Omit<TokenOptions, 'expires' | 'extraCaveats'> {
  /** End of the token; absent: never. */
  readonly expiresAt?: number;
}

/** Job of a workflow, on a runner. Jobs with one `runner` share RUNNER_TEMP and its disk. */
export interface ScriptJob {
  readonly name: string;
  readonly runner: string;
  readonly startsAt: number;
  readonly steps: readonly ScriptStep[];
  /** Names of variables of the job's environment, with values in which `{token:name}` stands for a token. */
  readonly env: Readonly<Record<string, string>>;
  /** Error of the runner's clock, and its jumps later. */
  readonly clock: {
    readonly offsetMs: number;
    readonly jumps: readonly { readonly at: number; readonly byMs: number }[];
  };
  /** Time at which somebody cancels it. */
  readonly cancelAt?: number;
  /** Reach of a cancel: `signal` (the usual), or `none`, where no signal reaches the process, which lives on beside the posts. */
  readonly cancelReach?: 'signal' | 'none';
  /** Time at which the runner is lost, with all processes and without posts. */
  readonly lostAt?: number;
  /** File of the runner that steps can't write: `GITHUB_ENV` and the like. */
  readonly lacks?: readonly ('GITHUB_ENV' | 'GITHUB_STATE' | 'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY')[];
}

/** Step of a job. */
export type ScriptStep = ActionStep | PauseStep | DiskStep;

/** Step that uses the action. */
export interface ActionStep {
  readonly kind: 'action';
  readonly command: CommandName;
  /** True if the root action is used, with `command` as an input. */
  readonly isRoot?: true;
  /** Inputs as a workflow gives them; `{token:name}` stands for a token. */
  readonly inputs: Readonly<Record<string, string>>;
  /** True if it runs after a failure, too. */
  readonly always?: true;
  /** `continue-on-error`. */
  readonly goesOn?: true;
  /** Milliseconds after its begin at which its process dies without a word; the runner then goes on as after a failure. */
  readonly diesAfterMs?: number;
  /** Number of the write to RUNNER_TEMP, counted from 1, in the middle of which its process dies. */
  readonly diesAtWrite?: number;
  /** The same as `diesAfterMs` for its post. */
  readonly postDiesAfterMs?: number;
}

/** Work of others in the job, in which time passes. */
export interface PauseStep {
  readonly kind: 'pause';
  readonly ms: number;
}

/** Step of somebody else that does something to RUNNER_TEMP or its disk. */
export interface DiskStep {
  readonly kind: 'disk';
  readonly does: 'empty' | 'fill' | 'free' | 'open-to-all' | 'foreign-file';
}

/** Act of a person, the proxy, a deploy or a machine itself, on one machine. */
export interface Deed {
  /** Time of the deed; with `after`, milliseconds after that. */
  readonly at: number;
  /** Process run after whose end it comes, such as `nightly/2`; without that run there is no deed. */
  readonly after?: string;
  readonly app: string;
  readonly machine: string;
  readonly does:
    | 'start'
    | 'stop'
    | 'suspend'
    | 'cordon'
    | 'uncordon'
    | 'destroy'
    | 'visit'
    | 'crash'
    | 'out-of-memory'
    | 'end'
    | 'deploy'
    /** Deploy of one machine without a lease, which leaves it in its state. */
    | 'update'
    /** Deploy of the whole app: reads all machines, and updates each when it is over. */
    | 'rollout'
    | 'host-start'
    | 'lease'
    | 'keep-alive'
    | 'hold-until'
    | 'label';
  /** Milliseconds that a lease or a deploy lasts, or until a hold ends. */
  readonly forMs?: number;
  /** Metadata that a `label` sets; an empty value removes the key. */
  readonly label?: { readonly key: string; readonly value: string };
}

/** Stretch of bad weather: between two times, a share of the requests that it concerns meet a fault. */
export interface Gust {
  readonly fault: FaultName;
  readonly from: number;
  readonly until: number;
  /** Share of the requests, from 0 to 1. */
  readonly rate: number;
  /** App whose requests alone it concerns. */
  readonly app?: string;
}

/** Stretch in which a third party, or Fly as a whole, behaves otherwise than in the script's settings. */
export interface Mood {
  readonly from: number;
  readonly until: number;
  readonly settings: GivenSettings;
}
