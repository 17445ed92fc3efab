import type { Changed, Held, RestoreRecord } from '../commands/restore-record.js';
import { ActionError } from '../errors.js';
import { count } from '../text.js';
import { STATE } from './commands.js';
import type { Runner } from './runner.js';
import { encode, encodeHold, holdsNameOf, MOST_OF_ONE, nameOf, partsOf } from './state-parts.js';

/** All variables of a process share 1 MB on macOS and 2 MB on Linux; some 10,000 machines fit into this. In bytes. */
const MOST_OF_ALL = 640_000;
/** Of holds in one value, in characters: it is written anew for each. */
const HOLDS_OF_ONE = 1_000;

/** What a post step needs beside the machines. */
export interface RestoreHead extends Omit<RestoreRecord, 'machines' | 'holds'> {
  /** File of the session that the token came from. */
  readonly session?: string;
  /** File that this step alone left for its post. */
  readonly own?: string;
  /** Under which name `OwedStates` has it as well. */
  readonly step?: string;
}

/**
 * Keeps a step's record in its state: the head as one value, which names how many others hold the machines. Each of
 * those is complete in itself and holds the same machines whenever it is written, so that a write which a crash cuts
 * short leaves no machine twice or not at all. Holds come one by one, into values of their own.
 */
export class StateRecord {
  readonly #runner: Pick<Runner, 'saveState'>;
  #parts: readonly (readonly Changed[])[] = [];
  /** As they are written, value by value. */
  readonly #holds: string[] = [];
  #bytes = 0;
  #bytesOfHolds = 0;

  constructor(runner: Pick<Runner, 'saveState'>) {
    this.#runner = runner;
  }

  /**
   * Throws an `input` error for more machines than state can hold, with nothing written. May be called again with more
   * machines behind those of before.
   */
  open(head: RestoreHead, machines: readonly Changed[]): void {
    const parts = partsOf(machines);
    const texts = parts.map(encode);
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (bytes + this.#bytesOfHolds > MOST_OF_ALL || texts.some(({ length }) => length > MOST_OF_ONE))
      throw tooMany(count(machines.length, 'machine'));
    this.#parts = parts;
    this.#bytes = bytes;
    for (const [index, text] of texts.entries()) this.#runner.saveState(nameOf(index), text);
    // Only now is there something that the post step goes by.
    this.#runner.saveState(STATE.restore, JSON.stringify({ ...head, parts: texts.length }));
  }

  /** Whether there is something for a post to do although no machine was changed. */
  get hasHolds(): boolean {
    return this.#holds.length > 0;
  }

  /** Adds a hold. Throws an `input` error where state can't take it, with nothing written. */
  hold(held: Held): void {
    const entry = encodeHold(held);
    const bytes = this.#bytesOfHolds + Buffer.byteLength(entry) + 1;
    if (this.#bytes + bytes > MOST_OF_ALL || entry.length > HOLDS_OF_ONE) throw tooMany('so many holds');
    this.#bytesOfHolds = bytes;
    const last = this.#holds.at(-1);
    if (last === undefined || last.length + entry.length > HOLDS_OF_ONE) this.#holds.push(entry);
    else this.#holds[this.#holds.length - 1] = `${last},${entry}`;
    this.#runner.saveState(holdsNameOf(this.#holds.length - 1), `[${this.#holds.at(-1)}]`);
  }

  /** Writes over it what is known; `machines` in the order of `open`. When nothing is left, the post has nothing to do. */
  close(machines: readonly (Changed | undefined)[]): void {
    if (!this.hasHolds && machines.every((it) => it === undefined)) this.clear();
    let from = 0;
    for (const [index, { length }] of this.#parts.entries()) {
      const rest = machines.slice(from, from + length).filter((it) => it !== undefined);
      this.#runner.saveState(nameOf(index), rest.length === 0 ? '' : encode(rest));
      from += length;
    }
  }

  /** Takes everything back that the post would go by. */
  clear(): void {
    this.#runner.saveState(STATE.restore, '');
  }
}

function tooMany(what: string): ActionError {
  return new ActionError(
    'input',
    `\`restore\` can't remember ${what}: what a step hands to its post is an environment variable in the end`,
    { hint: 'Split them with `shard` or `limit`; some 10,000 fit, or 5,000 with `hold`.' },
  );
}
