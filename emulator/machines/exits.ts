import type { Settings } from '../settings.js';
import type { Happening } from './transitions.js';

/** How a process ended. */
export interface Exit {
  readonly code: number;
  readonly signal?: number;
  readonly requested: boolean;
  readonly restarting?: boolean;
  /** Ended from outside and not by a stop, as when memory runs out; its code is -1 whatever `code` says. */
  readonly killed?: boolean;
}

/** The event of a process that ended; zero values are left out, as Go does. */
export function exitOf(
  { exitForm, exitedAt }: Settings,
  { code, signal = 0, requested, restarting = false, killed = false }: Exit,
  at: number,
): Happening {
  const fields = {
    exit_code: killed ? -1 : code,
    guest_exit_code: signal === 0 && !killed ? code : 0,
    guest_signal: signal,
    requested_stop: requested,
    restarting,
    oom_killed: killed,
    // As Go writes a time: no zeros at the end of a fraction.
    exited_at: exitedAt === 'ms' ? at : new Date(at).toISOString().replace(/\.?0+Z$/, 'Z'),
  };
  const present = Object.entries(fields).filter(([, value]) => value !== 0 && value !== false);
  const exit_event = Object.fromEntries(present);
  return {
    type: killed ? 'crash' : 'exit',
    status: 'stopped',
    request: {
      ...(exitForm === 'monitor' ? {} : { exit_event }),
      ...(exitForm === 'plain' ? {} : { MonitorEvent: { exit_event } }),
    },
  };
}
