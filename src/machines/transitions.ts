import type { Call } from './api/call.js';
import { plainChange, restarting, type SendOptions, type StopOptions, stopping } from './api/changes.js';
import type { MachineRef } from './api/machine-path.js';
import { cordonedIs, down, type Goal, started, startedAnew } from './goal.js';
import { guardOf } from './machine/guards.js';
import type { Machine } from './machine/machine.js';

/** What a person asked of a transition. */
export interface TransitionOptions extends StopOptions {
  /** What becomes of a machine that can't be suspended. */
  readonly fallback?: 'none' | 'stop';
}

/** One way of changing a machine: all that sets it apart from the others. */
export interface Transition {
  /** For sentences: `start`, `started`, `already started` (empty where that never is), `Starting`. */
  readonly verb: string;
  readonly past: string;
  readonly already: string;
  readonly doing: string;
  readonly goal: (machine: Machine, options: TransitionOptions) => Goal;
  /** Why a machine is better left alone unless it is named by its id; undefined when nothing speaks against it. */
  readonly guard: (machine: Machine) => string | undefined;
  /** Why it can't be done to a machine in this state, however it is named. */
  readonly impossible?: (machine: Machine, options: TransitionOptions) => string | undefined;
  /** Why it is left alone, however it is named, where somebody has brought it to another state than it was listed in. */
  readonly turned?: (now: Machine, listed: Machine) => string | undefined;
  /** Whether the process ends, for which it may take its whole kill timeout. */
  readonly ends: boolean;
  /** Whether what has never started is where it should be, or as near as it can be. */
  readonly isDown: boolean;
  /** Whether the machine has health checks to wait for afterwards. */
  readonly checks: boolean;
  /** What of Fly's proxy may undo it. */
  readonly undoneBy?: 'autostop' | 'autostart';
  /** What is done instead to a machine that it can't be done to; undefined for nothing. */
  readonly fallback?: (options: TransitionOptions) => 'stop' | undefined;
  /** Makes the call that asks Fly for it. */
  readonly call: (machine: MachineRef, options: StopOptions & SendOptions) => Call<unknown>;
}

/** Fly's own, where a machine has none. */
const FLY_KILL_TIMEOUT_MS = 5_000;

/** How long a machine's process may take to end, in milliseconds. */
export function killTimeoutOf(machine: Machine, { killTimeout }: StopOptions): number {
  return killTimeout ?? machine.killTimeout ?? FLY_KILL_TIMEOUT_MS;
}

/** In none of these there is a process to suspend. */
const isEnded = (state: string): boolean => state === 'stopped' || state === 'failed' || state === 'created';

const stopped = (machine: Machine): Goal =>
  machine.autoDestroy
    ? down(['stopped', 'destroyed'], ['stopping', 'destroying'], machine)
    : down(['stopped'], ['stopping'], machine);

const SUSPENDED: ReadonlySet<string> = new Set(['suspended', 'suspending']);

/** In none of these there is anything to restart, or soon. */
const NOT_UP: ReadonlySet<string> = new Set([...SUSPENDED, 'stopped', 'stopping', 'created']);

/** The transitions by the names of their commands. */
export const TRANSITIONS = {
  start: {
    verb: 'start',
    past: 'started',
    already: 'already started',
    doing: 'Starting',
    goal: started,
    guard: guardOf,
    ends: false,
    isDown: false,
    checks: true,
    undoneBy: 'autostop',
    call: (machine, options) => plainChange('start', machine, options),
  },
  stop: {
    verb: 'stop',
    past: 'stopped',
    already: 'already stopped',
    doing: 'Stopping',
    goal: stopped,
    guard: (machine) =>
      guardOf(machine) ?? (machine.autoDestroy ? 'destroyed for good when it stops' : undefined),
    turned: (now, listed) =>
      SUSPENDED.has(now.state) && !SUSPENDED.has(listed.state)
        ? 'was suspended by somebody meanwhile: its memory would be lost'
        : undefined,
    ends: true,
    isDown: true,
    checks: false,
    undoneBy: 'autostart',
    call: stopping,
  },
  suspend: {
    verb: 'suspend',
    past: 'suspended',
    already: 'already suspended',
    doing: 'Suspending',
    goal: (machine, { fallback }) =>
      fallback === 'stop'
        ? down(['suspended', 'stopped'], ['suspending', 'stopping'], machine)
        : down(['suspended'], ['suspending'], machine),
    guard: guardOf,
    impossible: ({ state }, { fallback }) =>
      isEnded(state) && !(state === 'stopped' && fallback === 'stop')
        ? `${state}: only a started machine can be suspended`
        : undefined,
    ends: false,
    isDown: true,
    checks: false,
    undoneBy: 'autostart',
    fallback: ({ fallback }) => (fallback === 'stop' ? 'stop' : undefined),
    call: (machine, options) => plainChange('suspend', machine, options),
  },
  restart: {
    verb: 'restart',
    past: 'restarted',
    already: '',
    doing: 'Restarting',
    goal: (machine, options) => startedAnew(killTimeoutOf(machine, options)),
    // Whoever restarts an app doesn't mean what is stopped for the time being.
    guard: (machine) =>
      guardOf(machine) ??
      (['stopped', 'suspended', 'created'].includes(machine.state)
        ? `${machine.state}: there is nothing to restart`
        : undefined),
    turned: (now, listed) =>
      NOT_UP.has(now.state) && !NOT_UP.has(listed.state)
        ? `became ${now.state} meanwhile: a restart would start it`
        : undefined,
    ends: true,
    isDown: false,
    checks: true,
    undoneBy: 'autostop',
    call: restarting,
  },
  cordon: {
    verb: 'cordon',
    past: 'cordoned',
    already: 'already cordoned',
    doing: 'Cordoning',
    goal: () => cordonedIs(true),
    guard: guardOf,
    ends: false,
    isDown: false,
    checks: false,
    call: (machine, options) => plainChange('cordon', machine, options),
  },
  uncordon: {
    verb: 'uncordon',
    past: 'uncordoned',
    already: 'already uncordoned',
    doing: 'Uncordoning',
    goal: () => cordonedIs(false),
    guard: guardOf,
    ends: false,
    isDown: false,
    checks: false,
    call: (machine, options) => plainChange('uncordon', machine, options),
  },
} as const satisfies Record<string, Transition>;

/** A command that changes machines. */
export type TransitionName = keyof typeof TRANSITIONS;

/** Whether a command changes machines by a transition. */
export function isTransition(command: string): command is TransitionName {
  return Object.hasOwn(TRANSITIONS, command);
}
