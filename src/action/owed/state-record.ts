import type { ChangedMachine, RecordedCommand } from '../../commands/engine/restore-record.js';
import type { KeepAliveMark } from '../../commands/keep-alive/mark.js';
import { ActionError } from '../../errors.js';
import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { count } from '../../text.js';
import { STATE } from '../runner/environment.js';
import type { Runner } from '../runner/runner.js';
import { encode, encodeHold, holdsNameOf, MOST_OF_ONE, nameOf } from './state-parts.js';

/** All variables of a process share 1 MB on macOS and 2 MB on Linux; some 10,000 machines fit into this. In bytes. */
const MOST_OF_ALL = 640_000;
/** Of holds in one value, in characters: it is written anew for each. */
const HOLDS_OF_ONE = 1_000;

/** Machines in one value: it is written anew for each. */
const MACHINES_OF_ONE = 16;

/** What a post step needs beside the machines. */
export interface RestoreHead extends RecordedCommand {
  /** File with the copy of the token that this step left for its post alone. */
  readonly own?: string;
  /** Under which name `OwedStates` has it as well. */
  readonly step?: string;
}

/**
 * Keeps a step's record in its state: the head as one value, which names how many others hold the machines. Each machine has
 * its place in one of those from the beginning, and stands there from right before its first request on, so that whatever
 * cuts the step short leaves what went out and nothing else. Holds come one by one, into values of their own.
 */
export class StateRecord {
  readonly #runner: Pick<Runner, 'saveState'>;
  /** Where each machine stands; by `keyOf`. */
  readonly #places = new Map<string, number>();
  readonly #parts: Map<string, ChangedMachine>[] = [];
  /** As they are written, value by value. */
  readonly #holds: string[] = [];
  #bytes = 0;
  #bytesOfHolds = 0;

  constructor(runner: Pick<Runner, 'saveState'>) {
    this.#runner = runner;
  }

  /**
   * Makes room for the machines that are to be changed; again with more of them at the end. Throws an `input` error for
   * more than state can hold, with nothing written.
   */
  open(head: RestoreHead, machines: readonly ChangedMachine[]): void {
    const parts = partsOf(machines);
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
    // Only now is there something that the post step goes by.
    this.#runner.saveState(STATE.restore, JSON.stringify({ ...head, parts: parts.length }));
  }

  /** Writes a machine down in its place, or over what stands there. Throws where it has none. */
  keep(machine: ChangedMachine): void {
    const index = this.#placeOf(machine);
    this.#parts[index]?.set(keyOf(machine), machine);
    this.#write(index);
  }

  /** Takes a machine back. */
  drop(machine: MachineRef): void {
    const index = this.#placeOf(machine);
    if (this.#parts[index]?.delete(keyOf(machine))) this.#write(index);
  }

  /** Whether there is something for a post to do although no machine was changed. */
  get hasHolds(): boolean {
    return this.#holds.length > 0;
  }

  /** Adds a hold. Throws an `input` error where state can't take it, with nothing written. */
  hold(held: KeepAliveMark): void {
    const entry = encodeHold(held);
    const bytes = this.#bytesOfHolds + Buffer.byteLength(entry) + 1;
    if (this.#bytes + bytes > MOST_OF_ALL || entry.length > HOLDS_OF_ONE) throw tooMany('so many holds');
    this.#bytesOfHolds = bytes;
    const last = this.#holds.at(-1);
    if (last === undefined || last.length + entry.length > HOLDS_OF_ONE) this.#holds.push(entry);
    else this.#holds[this.#holds.length - 1] = `${last},${entry}`;
    this.#runner.saveState(holdsNameOf(this.#holds.length - 1), `[${this.#holds.at(-1)}]`);
  }

  /** Writes what is known of all in the end. When nothing is left, the post has nothing to do. */
  close(machines: readonly ChangedMachine[]): void {
    if (!this.hasHolds && machines.length === 0) this.clear();
    for (const part of this.#parts) part.clear();
    for (const machine of machines) this.#parts[this.#placeOf(machine)]?.set(keyOf(machine), machine);
    for (const [index, part] of this.#parts.entries()) if (part.size > 0) this.#write(index);
  }

  /** Takes everything back that the post would go by. */
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

function partsOf(machines: readonly ChangedMachine[]): ChangedMachine[][] {
  const parts: ChangedMachine[][] = [];
  for (let from = 0; from < machines.length; from += MACHINES_OF_ONE)
    parts.push(machines.slice(from, from + MACHINES_OF_ONE));
  return parts;
}

function tooMany(what: string): ActionError {
  return new ActionError(
    'input',
    `\`restore\` can't remember ${what}: what a step hands to its post is an environment variable in the end`,
    { hint: 'Split them with `shard` or `limit`; some 10,000 fit, or 5,000 with `hold`.' },
  );
}
