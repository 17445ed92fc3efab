/** In which ways one machine, or its host, misbehaves or is slow. Absent = does what it is told, at the settings' pace. */
export interface Behaviour {
  /** `fails`: ends in failed; `never`: stays in starting; `exits`: reaches started, then ends by itself after `exitAfterMs`. */
  boot?: 'fails' | 'never' | 'exits';
  bootMs?: number;
  /** How long its process takes to end; the kill timeout ends it earlier. */
  stopMs?: number;
  /** Only the kill timeout ends it. */
  ignoresSignal?: boolean;
  exitAfterMs?: number;
  exitCode?: number;
  /** `no-capacity`: its host is full (409); `error`: 200 with status "error". */
  start?: 'no-capacity' | 'error';
  /** Refuses to be suspended, as beyond the limits of memory. */
  suspend?: 'refused';
  /** Its host can't be reached: no config, and every operation runs into a 408. */
  unreachable?: boolean;
  /** For so long after it is shown as stopped, a start is refused as still active. */
  lingersMs?: number;
  /** How long after started its checks pass; Infinity = never. Until 500 ms there are none to see. */
  checksPassMs?: number;
  /** How long it stays in created before it starts; Infinity = for ever. */
  createdMs?: number;
}

/** The behaviours that can be named on a command line. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'boot-fails': { boot: 'fails' },
  'never-boots': { boot: 'never' },
  crashes: { boot: 'exits', exitAfterMs: 2_000, exitCode: 1 },
  slow: { bootMs: 20_000, stopMs: 20_000 },
  'ignores-signal': { ignoresSignal: true },
  'no-capacity': { start: 'no-capacity' },
  'start-error': { start: 'error' },
  'no-suspend': { suspend: 'refused' },
  unreachable: { unreachable: true },
  lingers: { lingersMs: 5_000 },
  unhealthy: { checksPassMs: Number.POSITIVE_INFINITY },
};
