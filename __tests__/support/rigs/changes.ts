import type {
  MachineRef,
  MachinesClient,
  SendOptions,
  StopOptions,
} from '../../../src/machines/api/client.js';
import { TRANSITIONS, type TransitionName } from '../../../src/machines/transitions.js';

/** Changes of a machine, by name, under the options of one request. */
export type Changes = Readonly<
  Record<
    TransitionName,
    (machine: MachineRef, options: StopOptions & SendOptions, signal: AbortSignal) => Promise<void>
  >
>;

/** Returns the changes that a client can be asked for. */
export function changes(client: MachinesClient): Changes {
  const by =
    (name: TransitionName): Changes[TransitionName] =>
    (machine, options, signal) =>
      client.change(TRANSITIONS[name].call(machine, options), signal);
  return {
    start: by('start'),
    stop: by('stop'),
    suspend: by('suspend'),
    restart: by('restart'),
    cordon: by('cordon'),
    uncordon: by('uncordon'),
  };
}
