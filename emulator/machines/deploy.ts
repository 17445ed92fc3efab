import type { World } from '../world.js';
import type { Machine, MachineConfig } from './machine.js';
import { replace } from './replace.js';
import type { MachineState } from './states.js';
import { settle } from './transitions.js';

/** Options of a deploy. */
export interface DeployOptions {
  /** Name of who deploys, in the history. Default `deploy`. */
  readonly by?: string;
  /**
   * Fate of machines that are down: `launched`, the default, starts those that the proxy neither starts nor stops
   * (flyctl#2992); `kept` starts none, as newer versions of Fly's client do.
   */
  readonly sleeping?: 'launched' | 'kept';
}

/** Deploy under way. Between its begin and an update, minutes may pass. */
export interface Deploy {
  /**
   * Gives a machine a new version: with the metadata that it had when the deploy began, which undoes what was
   * written since, and started where it was to be by its state then. One that has come up since stays up. Throws
   * when there is no such machine; returns false when it is gone.
   */
  update(idOrName: string, config?: MachineConfig): boolean;
}

/** Begins a deploy of an app: reads all its machines as they are now. Throws when there is no such app. */
export function beginDeploy(
  world: World,
  app: string,
  find: (idOrName: string) => Machine,
  { by = 'deploy', sleeping = 'launched' }: DeployOptions = {},
): Deploy {
  const machines = world.apps.get(app)?.machines;
  if (machines === undefined) throw new Error(`There is no app ${app}.`);
  const read = (machine: Machine) => ({
    metadata: machine.config.metadata ?? {},
    launch: isLaunched(machine, sleeping),
  });
  const known = new Map<string, ReturnType<typeof read>>();
  for (const machine of machines.values()) {
    settle(machine, world.clock.now());
    known.set(machine.id, read(machine));
  }
  return {
    update(idOrName, config) {
      const machine = find(idOrName);
      if (machine.state === 'destroying' || machine.state === 'destroyed') return false;
      replace(
        world,
        machine,
        { kind: 'person', by },
        { config, ...(known.get(machine.id) ?? read(machine)) },
      );
      return true;
    },
  };
}

/** States in which a machine is started by its deploy, whatever its config. */
const UP: ReadonlySet<MachineState> = new Set(['started', 'starting', 'restarting', 'failed']);

function isLaunched(
  { state, config: { services = [], standbys = [] } }: Machine,
  sleeping: DeployOptions['sleeping'],
): boolean {
  if (UP.has(state)) return true;
  if (sleeping === 'kept' || standbys.length > 0) return false;
  return !services.some(
    ({ autostart, autostop = false }) => autostart === true || (autostop !== false && autostop !== 'off'),
  );
}
