import type { Settings } from '../settings.js';
import type { World } from '../world.js';
import type { Machine } from './machine.js';
import type { EventDetails } from './transitions.js';
import { readDuration } from './wire/go-duration.js';

const SIGKILL = 9;
const DEFAULT_KILL_TIMEOUT_MS = 5_000;

/** The end of a process. */
export interface Exit {
  readonly code: number;
  readonly signal?: number;
  /** True: a client asked for the end. */
  readonly requested: boolean;
  /** True: the machine starts again right away. */
  readonly restarting?: boolean;
  /**
   * True: something other than a stop ended it from outside, as when memory runs out. Its code is then -1,
   * whatever `code` says.
   */
  readonly killed?: boolean;
}

/** Describes the event of a process that ended. It leaves zero values out, as Go does. */
export function exitDetails(
  { exitForm, exitedAt }: Settings,
  { code, signal = 0, requested, restarting = false, killed = false }: Exit,
  at: number,
): EventDetails {
  const fields = {
    exit_code: killed ? -1 : code,
    guest_exit_code: signal === 0 && !killed ? code : 0,
    guest_signal: signal,
    requested_stop: requested,
    restarting,
    oom_killed: killed,
    // Go writes a time without zeros at the end of its fraction.
    exited_at: exitedAt === 'ms' ? Math.floor(at) : new Date(at).toISOString().replace(/\.?0+Z$/, 'Z'),
  };
  const present = Object.entries(fields).filter(([, value]) => value !== 0 && value !== false);
  const exit_event = Object.fromEntries(present);
  return {
    exit: { code: killed ? -1 : code, oom: killed, requested },
    type: killed ? 'crash' : 'exit',
    status: 'stopped',
    request: {
      ...(exitForm === 'monitor' ? {} : { exit_event }),
      ...(exitForm === 'plain' ? {} : { MonitorEvent: { exit_event } }),
    },
  };
}

/** Wishes of a client that ends a process. */
export interface Halt {
  readonly signal?: string | undefined;
  /** Milliseconds until SIGKILL; absent: the machine's own. */
  readonly timeoutMs?: number | undefined;
}

/** Computes when a process ends that gets its signal now, and how. */
export function planEnd(
  world: World,
  machine: Machine,
  now: number,
  { signal, timeoutMs }: Halt,
): { at: number; how: Exit } {
  const { behaviour, config } = machine;
  const wish = signal ?? config.stop_config?.signal ?? 'SIGINT';
  if (wish === 'SIGKILL') return { at: now, how: { code: 137, signal: SIGKILL, requested: true } };
  const patience = timeoutMs ?? readDuration(config.stop_config?.timeout) ?? DEFAULT_KILL_TIMEOUT_MS;
  const needed = behaviour.ignoresSignal
    ? Number.POSITIVE_INFINITY
    : (behaviour.stopMs ?? world.settings.stopMs);
  if (needed <= patience) return { at: now + needed, how: { code: 0, requested: true } };
  return { at: now + patience, how: { code: 137, signal: SIGKILL, requested: true } };
}
