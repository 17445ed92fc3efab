import { LOADS, type Load } from '../metrics/load.js';
import type { StartRefusal } from './wire/start-refusal.js';

/** In which ways one machine, or its host, misbehaves or is slow. Absent = does what it is told, at the settings' pace. */
export interface Behaviour {
  /**
   * `fails`: ends in failed; `never`: stays in starting; `exits`: reaches started, then ends by itself after
   * `exitAfterMs`; `ends`: ends by itself before it was ever started.
   */
  boot?: 'fails' | 'never' | 'exits' | 'ends';
  bootMs?: number;
  /** How long its process takes to end; the kill timeout ends it earlier. */
  stopMs?: number;
  /** Only the kill timeout ends it. */
  ignoresSignal?: boolean;
  exitAfterMs?: number;
  exitCode?: number;
  /** What ends by itself is killed from outside, as when memory runs out. */
  killed?: boolean;
  /** So long after it was told to stop or to suspend, a request for it comes through the proxy. */
  visitedAfterMs?: number;
  /** How a start that fits its state is refused all the same. */
  start?: StartRefusal;
  /** Refuses to be suspended, as beyond the limits of memory. */
  suspend?: 'refused';
  /** Instead of the setting of that name, for this machine alone. */
  unseenMs?: number;
  /** Instead of the setting of that name, for this machine alone. */
  unseenTimes?: number;
  /** Only its id is left of it: no config, no events, and times of 1970. */
  zombie?: boolean;
  /** Its host can't be reached: no config, and every operation runs into a 408. */
  unreachable?: boolean;
  /** For so long after it is shown as stopped, a start is refused as still active. */
  lingersMs?: number;
  /** How long after started its checks pass; Infinity = never. Until 500 ms there are none to see. */
  checksPassMs?: number;
  /** What a check of that name says from its first report on, whatever the time; `*` = every check without an entry of its own. */
  checks?: Readonly<
    Record<string, { readonly status: 'passing' | 'warning' | 'critical'; readonly output: string }>
  >;
  /** Checks that are reported although none of that name is configured. */
  reports?: readonly string[];
  /** The state of its containers by name, in place of the usual course; `unreported`: nothing is told of any. */
  containers?: Readonly<Record<string, string>> | 'unreported';
  /** Runs its commands in place of the few programs that every machine has. */
  exec?: (command: readonly string[], stdin: string) => Outcome;
  /** A command is begun, and then cut with these words: sent back after `exec request failed:`. */
  execCut?: string;
  /** How long it stays in created before it starts; Infinity = for ever. */
  createdMs?: number;
  /** What it has to do, for its metrics. Absent: nothing, and it is measured. */
  load?: Load;
}

/** Way in which a command ends; an absent field is zero or empty. */
export interface Outcome {
  readonly exitCode?: number;
  readonly exitSignal?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Milliseconds that it runs. */
  readonly takesMs?: number;
}

/** What harms a log or a page that shows it as it is. */
export const HOSTILE_TEXT = '::error::not yours\r\n::add-mask::a\n\u001b[2J\u202E| `code` | <img src=x> ';

/** The behaviours that can be named on a command line. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'boot-fails': { boot: 'fails' },
  'never-boots': { boot: 'never' },
  crashes: { boot: 'exits', exitAfterMs: 2_000, exitCode: 1 },
  killed: { boot: 'exits', exitAfterMs: 2_000, killed: true },
  'does-its-job': { boot: 'exits', bootMs: 1, exitAfterMs: 0 },
  'fails-its-job': { boot: 'ends', bootMs: 1, exitCode: 127 },
  'woken-again': { visitedAfterMs: 1_500 },
  'kept-up': { visitedAfterMs: 100 },
  slow: { bootMs: 20_000, stopMs: 20_000 },
  'ignores-signal': { ignoresSignal: true },
  'no-capacity': { start: 'no-capacity' },
  'no-capacity-412': { start: 'no-capacity-412' },
  'no-capacity-422': { start: 'no-capacity-422' },
  'no-capacity-503': { start: 'no-capacity-503' },
  'volume-placement': { start: 'volume-placement' },
  'over-quota': { start: 'over-quota' },
  unpaid: { start: 'unpaid-402' },
  'machine-limit': { start: 'machine-limit' },
  'volume-in-use': { start: 'volume-in-use' },
  'start-error': { start: 'error' },
  'no-suspend': { suspend: 'refused' },
  unreachable: { unreachable: true },
  lingers: { lingersMs: 5_000 },
  unhealthy: { checksPassMs: Number.POSITIVE_INFINITY },
  'hostile-checks': { checks: { '*': { status: 'critical', output: HOSTILE_TEXT } } },
  'reports-failing': { reports: ['probe'], checksPassMs: Number.POSITIVE_INFINITY },
  zombie: { zombie: true },
  'never-started': { createdMs: Number.POSITIVE_INFINITY },
  'not-seen-at-first': { unseenTimes: 2 },
  idle: { load: LOADS.idle },
  busy: { load: LOADS.busy },
  spiky: { load: LOADS.spiky },
  unmeasured: { load: LOADS.unmeasured },
  'exec-fails': { exec: () => ({ exitCode: 1, stderr: 'it failed\n' }) },
  'exec-hangs': { exec: () => ({ stdout: 'so far\n', takesMs: Number.POSITIVE_INFINITY }) },
  'exec-cut': { execCut: 'EOF' },
  'exec-hostile': { exec: () => ({ stdout: `${HOSTILE_TEXT}\n` }) },
};
