import { LOADS, type Load } from '../metrics/load.js';
import type { StartRefusal } from './wire/start-refusal.js';

/**
 * Ways in which one machine, or its host, misbehaves or is slow. An absent field: the machine does what it is
 * told, at the pace of the settings.
 */
export interface Behaviour {
  /**
   * End of a boot. `fails`: in failed; `never`: it stays in starting; `exits`: it reaches started and ends by
   * itself after `exitAfterMs`; `ends`: it ends by itself before it was ever started.
   */
  boot?: 'fails' | 'never' | 'exits' | 'ends';
  /** Milliseconds from start to started. */
  bootMs?: number;
  /** Milliseconds that its process takes to end; the kill timeout may end it earlier. */
  stopMs?: number;
  /** True: only the kill timeout ends it. */
  ignoresSignal?: boolean;
  /** Milliseconds from started until it ends by itself. */
  exitAfterMs?: number;
  /** Exit code of a process that ends by itself. */
  exitCode?: number;
  /** True: a process that ends by itself was killed from outside, as when memory runs out. */
  killed?: boolean;
  /** Milliseconds from the order to stop or suspend until the proxy brings it a request. */
  visitedAfterMs?: number;
  /** Refusal of a start that its state would allow. */
  start?: StartRefusal;
  /** Refusal to be suspended, as with too much memory. */
  suspend?: 'refused';
  /** Value in place of the setting `unseenMs`, for this machine alone. */
  unseenMs?: number;
  /** Value in place of the setting `unseenTimes`, for this machine alone. */
  unseenTimes?: number;
  /** True: only its id is left: no config, no events, and times of 1970. */
  zombie?: boolean;
  /** True: its host can't be reached. It shows no config, and every operation gets a 408. */
  unreachable?: boolean;
  /** Milliseconds after it shows as stopped in which a start is refused as still active. */
  lingersMs?: number;
  /** Milliseconds from started until its checks pass; Infinity: never. None reports in the first 500 ms. */
  checksPassMs?: number;
  /**
   * Reports of checks by name, from the first report on; `*` stands for every check without an entry of its
   * own.
   */
  checks?: Readonly<
    Record<string, { readonly status: 'passing' | 'warning' | 'critical'; readonly output: string }>
  >;
  /** Names of checks that report although the config has no such check. */
  reports?: readonly string[];
  /** States of its containers by name, in place of the usual course; `unreported`: no container appears. */
  containers?: Readonly<Record<string, string>> | 'unreported';
  /** Program that runs every command, in place of those that each machine has. */
  exec?: (command: readonly string[], stdin: string, container?: string) => Outcome;
  /** Words in which the answer says that a command began and was cut; they follow `exec request failed:`. */
  execCut?: string;
  /** Milliseconds that it stays in created before it starts; Infinity: for ever. */
  createdMs?: number;
  /** Work that its metrics show. Absent: none, and it is measured. */
  load?: Load;
}

/** The end of a command; an absent field is zero or empty. */
export interface Outcome {
  readonly exitCode?: number;
  readonly exitSignal?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Milliseconds that it runs. */
  readonly takesMs?: number;
}

/** Text that harms a log or a page which shows it unescaped. */
export const HOSTILE_TEXT = '::error::not yours\r\n::add-mask::a\n\u001b[2J\u202E| `code` | <img src=x> ';

/** Behaviours by their names on the command line. */
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
