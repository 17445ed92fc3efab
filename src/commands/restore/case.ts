import { ActionError } from '../../errors.js';
import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import type { Machine } from '../../machines/machine/machine.js';
import { factsOf } from '../../machines/machine/machine-config.js';
import type { ChangedMachine, RestoreRecord } from '../engine/restore-record.js';
import type { Hold } from '../keep-alive/hold.js';
import type { AppMachine } from '../result/app-machine.js';
import { type Decision, decideWayBack } from './way-back.js';

/** Machines by `keyOf`, or the errors of reading them; a machine that isn't in the map is gone. */
export type ReadMachines = ReadonlyMap<string, AppMachine | ActionError>;

/** Machine of a record, with what is to become of it. */
export interface Case {
  readonly machine: AppMachine;
  readonly decision: Decision | { readonly kind: 'unread'; readonly error: ActionError };
  /** Decides again, by how the machine was read since; undefined: it is gone. */
  readonly decide: (now: Machine | undefined) => Decision;
  /** Hold that the step itself has written to have the machine left running, or was about to. */
  readonly hold: Hold | undefined;
  readonly note: string;
}

/** Returns the machines of a record, each once: first those that were changed, then those that were only held. */
export function allOf({ machines, holds = [] }: RestoreRecord): readonly MachineRef[] {
  return [...new Map([...machines, ...holds].map((it) => [keyOf(it), it])).values()];
}

const ONLY_HELD: Decision = { kind: 'there', reason: 'held by this step, not changed' };

/** Decides about each machine of a record by how it was read; `clock` tells the servers' time. */
export function casesOf(record: RestoreRecord, all: ReadMachines, clock: () => number): Case[] {
  const changes = new Map(record.machines.map((it) => [keyOf(it), it]));
  const holds = new Map((record.holds ?? []).map((it) => [keyOf(it), it]));
  return allOf(record).map((ref) => {
    const { app, id } = ref;
    const changed = changes.get(keyOf(ref));
    const hold = holds.get(keyOf(ref));
    const found = all.get(keyOf(ref));
    const error = found instanceof ActionError ? found : undefined;
    const now = found instanceof ActionError ? undefined : found;
    const version = changed?.version ?? '';
    const machine = now ?? absent({ app, id, version }, error === undefined ? 'gone' : '');
    const isDeployed = now !== undefined && version !== '' && (now.instanceId ?? version) !== version;
    const note = isDeployed ? 'a deploy has changed it in between' : '';
    const decide = (it: Machine | undefined): Decision =>
      changed === undefined ? ONLY_HELD : decideWayBack(record, changed, { now: it, at: clock(), hold });
    const decision = error === undefined ? decide(now) : { kind: 'unread' as const, error };
    return { machine, decision, decide, hold, note };
  });
}

/** Returns a stand-in for a machine of which only the record knows. */
function absent(
  { app, id, version }: Pick<ChangedMachine, 'app' | 'id' | 'version'>,
  state: string,
): AppMachine {
  const unknown = { name: '', region: '', privateIp: undefined, hostStatus: 'ok', cordoned: false };
  const nothing = { checks: [], containers: [], events: [] };
  const times = { newestEvent: undefined, newestStart: undefined, updatedAt: undefined, seenAt: undefined };
  const known = { app, id, state, instanceId: version || undefined };
  return {
    ...factsOf(undefined),
    ...unknown,
    ...nothing,
    ...times,
    ...known,
    isPostgres: false,
    holder: undefined,
  };
}
