import type { MachineRef, MachinesClient, StopOptions } from './client.js';
import type { Machine } from './machine.js';

/** One way of changing a machine's state: all that sets it apart from the others. */
export interface Transition {
  /** For sentences: `start`, `started`, `starting`. */
  readonly verb: string;
  readonly past: string;
  /** The state that proves it. */
  readonly target: string;
  /** States from which it comes to the target by itself. */
  readonly underway: readonly string[];
  /** Why a machine is better left alone unless it is named by its id; undefined when nothing speaks against it. */
  readonly guard: (machine: Machine) => string | undefined;
  /** Whether waiting needs the machine's version. Docs want it for `stopped`; after a start it would be in the way of a deploy. */
  readonly waitsForVersion: boolean;
  readonly send: (
    client: MachinesClient,
    machine: MachineRef,
    options: StopOptions,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** Process groups of machines that Fly makes for itself. (superfly/fly-go: machine_types.go) */
const SPECIAL_GROUPS: ReadonlyMap<string, string> = new Map([
  ['fly_app_release_command', 'a release command machine'],
  ['fly_app_test_machine_command', 'a test command machine'],
  ['fly_app_console', 'a console machine'],
]);

function special(machine: Machine): string | undefined {
  const group = SPECIAL_GROUPS.get(machine.processGroup ?? '');
  return group ?? (machine.isStandby ? 'a standby of other machines' : undefined);
}

/** The transition as it is proven on one machine: one that destroys itself is not read back as stopped. */
export function provenOn(transition: Transition, { autoDestroy }: Machine): Transition {
  if (!autoDestroy || transition.target !== 'stopped') return transition;
  return { ...transition, target: 'destroyed', underway: [...transition.underway, 'destroying'] };
}

/** The transitions by the names of their commands. */
export const TRANSITIONS = {
  start: {
    verb: 'start',
    past: 'started',
    target: 'started',
    underway: ['starting', 'restarting'],
    guard: special,
    waitsForVersion: false,
    send: (client, machine, _, signal) => client.start(machine, signal),
  },
  stop: {
    verb: 'stop',
    past: 'stopped',
    target: 'stopped',
    underway: ['stopping'],
    guard: (machine) =>
      special(machine) ?? (machine.autoDestroy ? 'destroyed for good when it stops' : undefined),
    waitsForVersion: true,
    send: (client, machine, options, signal) => client.stop(machine, options, signal),
  },
} as const satisfies Record<string, Transition>;

/** A command that changes the state of machines. */
export type TransitionName = keyof typeof TRANSITIONS;
