import type { Call } from './api/call.js';
import { changeCall, restartCall, type SendOptions, type StopOptions, stopCall } from './api/changes.js';
import type { MachineRef } from './api/machine-path.js';
import { cordonedIs, down, type Goal, started, startedAnew } from './goal.js';
import { guardOf } from './machine/guards.js';
import type { Machine } from './machine/machine.js';

/** Options that a user gives for a transition. */
export interface TransitionOptions extends StopOptions {
  /** Change for a machine that can't be suspended. */
  readonly fallback?: 'none' | 'stop';
}

/** Way of changing a machine, with all that sets it apart from the others. */
export interface Transition {
  /** Words for sentences: `start`, `started`, `already started` (empty if it is never done already), `Starting`. */
  readonly verb: string;
  readonly past: string;
  readonly already: string;
  readonly doing: string;
  readonly goal: (machine: Machine, options: TransitionOptions) => Goal;
  /** Returns why a machine is left alone unless the user names its id; undefined if there is no reason. */
  readonly guard: (machine: Machine) => string | undefined;
  /** Returns why a machine in this state can't be changed, even if the user names its id; undefined if it can. */
  readonly impossible?: (machine: Machine, options: TransitionOptions) => string | undefined;
  /** Returns why a machine is left alone, even by its id, if another client changed its state after it was listed. */
  readonly turned?: (now: Machine, listed: Machine) => string | undefined;
  /** True if the process ends, which may take its whole kill timeout. */
  readonly ends: boolean;
  /** True if a machine that never started is where it should be, or as near as it can be. */
  readonly isDown: boolean;
  /** True if its health checks are worth waiting for afterwards. */
  readonly checks: boolean;
  /** Setting of Fly's proxy that may undo it. */
  readonly undoneBy?: 'autostop' | 'autostart';
  /** Returns the change to make if this one is not possible; undefined for none. */
  readonly fallback?: (options: TransitionOptions) => 'stop' | undefined;
  /** Returns the call that asks Fly for it. */
  readonly call: (machine: MachineRef, options: StopOptions & SendOptions) => Call<unknown>;
}

/** Kill timeout of Fly in ms, for a machine that sets none. */
const FLY_KILL_TIMEOUT_MS = 5_000;

/** Returns how long a machine's process may take to end, in milliseconds. */
export function killTimeoutOf(machine: Machine, { killTimeout }: StopOptions): number {
  return killTimeout ?? machine.killTimeout ?? FLY_KILL_TIMEOUT_MS;
}

/** Returns whether there is no process to suspend in this state. */
const isEnded = (state: string): boolean => state === 'stopped' || state === 'failed' || state === 'created';

const stopped = (machine: Machine): Goal =>
  machine.autoDestroy
    ? down(['stopped', 'destroyed'], ['stopping', 'destroying'], machine)
    : down(['stopped'], ['stopping'], machine);

const SUSPENDED: ReadonlySet<string> = new Set(['suspended', 'suspending']);

/** States in which there is nothing to restart, now or soon. */
const NOT_UP: ReadonlySet<string> = new Set([...SUSPENDED, 'stopped', 'stopping', 'created']);

/** Transitions by the names of their commands. */
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
    call: (machine, options) => changeCall('start', machine, options),
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
        ? 'was suspended by another client meanwhile: its memory would be lost'
        : undefined,
    ends: true,
    isDown: true,
    checks: false,
    undoneBy: 'autostart',
    call: stopCall,
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
    call: (machine, options) => changeCall('suspend', machine, options),
  },
  restart: {
    verb: 'restart',
    past: 'restarted',
    already: '',
    doing: 'Restarting',
    goal: (machine, options) => startedAnew(killTimeoutOf(machine, options)),
    // Restarting an app must not start machines that were stopped on purpose.
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
    call: restartCall,
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
    call: (machine, options) => changeCall('cordon', machine, options),
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
    call: (machine, options) => changeCall('uncordon', machine, options),
  },
} as const satisfies Record<string, Transition>;

/** Name of a command that changes machines. */
export type TransitionName = keyof typeof TRANSITIONS;

/** Returns whether a command changes machines by a transition. */
export function isTransition(command: string): command is TransitionName {
  return Object.hasOwn(TRANSITIONS, command);
}
