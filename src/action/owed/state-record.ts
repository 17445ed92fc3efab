import type { ChangedMachine, RecordedCommand } from '../../commands/engine/restore-record.js';
import type { Hold } from '../../commands/keep-alive/hold.js';
import { ActionError } from '../../errors.js';
import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { count } from '../../text.js';
import { STATE } from '../runner/environment.js';
import type { Runner } from '../runner/runner.js';
import { encode, encodeHold, holdsNameOf, MOST_OF_ONE, nameOf } from './state-parts.js';

/** Most bytes of a record: all variables of a process share 1 MB on macOS and 2 MB on Linux. Some 10,000 machines fit. */
const MOST_OF_ALL = 640_000;
/** Most characters of holds in one value, which is written anew for each of them. */
const HOLDS_OF_ONE = 1_000;

/** Most machines in one value, which is written anew for each of them. */
const MACHINES_OF_ONE = 16;

/** Part of a record that a post step needs beside the machines. */
export interface RestoreHead extends RecordedCommand {
  /** Name of the file with the copy of the token that this step left for its post alone. */
  readonly own?: string;
  /** Name under which `OwedStates` has the record as well. */
  readonly step?: string;
}

/**
 * Record of a step in its state: the head is one value, which says how many others hold the machines. Each machine has a
 * place in one of those from the beginning, and is written there right before its first request. So a step that is cut
 * short leaves what it sent and nothing else. Holds come one by one, into values of their own.
 */
export class StateRecord {
  readonly #runner: Pick<Runner, 'saveState'>;
  /** Index of the part that has a machine's place; by `keyOf`. */
  readonly #places = new Map<string, number>();
  readonly #parts: Map<string, ChangedMachine>[] = [];
  /** Holds as they are written, value by value. */
  readonly #holds: string[] = [];
  #bytes = 0;
  #bytesOfHolds = 0;

  constructor(runner: Pick<Runner, 'saveState'>) {
    this.#runner = runner;
  }

  /**
   * Makes room for the machines that the step will change; a further call adds more at the end. Throws an `input` error
   * for more than state can hold, and then writes nothing.
   */
  open(head: RestoreHead, machines: readonly ChangedMachine[]): void {
    const parts = statePartsOf(machines);
    const texts = parts.map(encode);
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (bytes + this.#bytesOfHolds > MOST_OF_ALL || texts.some(({ length }) => length > MOST_OF_ONE))
      throw tooMany(count(machines.length, 'machine'));
    this.#bytes = bytes;
    for (const [index, part] of parts.entries()) {
      for (const machine of part) this.#places.set(keyOf(machine), index);
      if (this.#parts[index] !== undefined) continue;
      this.#parts[index] = new Map();
      this.#write(index);
    }
    // The post step goes by the head, so it comes last.
    this.#runner.saveState(STATE.restore, JSON.stringify({ ...head, parts: parts.length }));
  }

  /** Writes a machine into its place, over what is there. Throws an `internal` error for one without a place. */
  keep(machine: ChangedMachine): void {
    const index = this.#placeOf(machine);
    this.#parts[index]?.set(keyOf(machine), machine);
    this.#write(index);
  }

  /** Removes a machine. Throws an `internal` error for one without a place. */
  drop(machine: MachineRef): void {
    const index = this.#placeOf(machine);
    if (this.#parts[index]?.delete(keyOf(machine))) this.#write(index);
  }

  /** True if a post has something to do even though no machine was changed. */
  get hasHolds(): boolean {
    return this.#holds.length > 0;
  }

  /** Adds a hold. Throws an `input` error if state can't take it, and then writes nothing. */
  hold(held: Hold): void {
    const entry = encodeHold(held);
    const bytes = this.#bytesOfHolds + Buffer.byteLength(entry) + 1;
    if (this.#bytes + bytes > MOST_OF_ALL || entry.length > HOLDS_OF_ONE) throw tooMany('so many holds');
    this.#bytesOfHolds = bytes;
    const last = this.#holds.at(-1);
    if (last === undefined || last.length + entry.length > HOLDS_OF_ONE) this.#holds.push(entry);
    else this.#holds[this.#holds.length - 1] = `${last},${entry}`;
    this.#runner.saveState(holdsNameOf(this.#holds.length - 1), `[${this.#holds.at(-1)}]`);
  }

  /** Writes the machines as they are known at the end. With none of them and no holds, the post has nothing to do. */
  close(machines: readonly ChangedMachine[]): void {
    if (!this.hasHolds && machines.length === 0) this.clear();
    for (const part of this.#parts) part.clear();
    for (const machine of machines) this.#parts[this.#placeOf(machine)]?.set(keyOf(machine), machine);
    for (const [index, part] of this.#parts.entries()) if (part.size > 0) this.#write(index);
  }

  /** Clears the head, so that the post has nothing to do. */
  clear(): void {
    this.#runner.saveState(STATE.restore, '');
  }

  #placeOf(machine: MachineRef): number {
    const index = this.#places.get(keyOf(machine));
    if (index === undefined) throw new ActionError('internal', `machine ${machine.id} was not planned for`);
    return index;
  }

  #write(index: number): void {
    this.#runner.saveState(nameOf(index), encode([...(this.#parts[index]?.values() ?? [])]));
  }
}

function statePartsOf(machines: readonly ChangedMachine[]): ChangedMachine[][] {
  const parts: ChangedMachine[][] = [];
  for (let from = 0; from < machines.length; from += MACHINES_OF_ONE)
    parts.push(machines.slice(from, from + MACHINES_OF_ONE));
  return parts;
}

function tooMany(what: string): ActionError {
  return new ActionError(
    'input',
    `\`restore\` can't remember ${what}: a step hands them to its post in environment variables, which are limited`,
    { hint: 'Split them with `shard` or `limit`; some 10,000 fit, or 5,000 with `hold`.' },
  );
}
