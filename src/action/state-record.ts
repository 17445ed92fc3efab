import type { Changed, Restorable, RestoreRecord } from '../commands/restore-record.js';
import { ActionError } from '../errors.js';
import { isTransition } from '../machines/transitions.js';
import { count } from '../text.js';
import { STATE } from './commands.js';
import type { Environment } from './inputs.js';
import type { Runner } from './runner.js';
import { decode, encode, MOST_OF_ONE, parsed, partsOf, unreadable } from './state-parts.js';

/** All variables of a process share 1 MB on macOS and 2 MB on Linux; some 10,000 machines fit into this. In bytes. */
const MOST_OF_ALL = 640_000;

/** What a post step needs beside the machines. */
export interface RestoreHead extends Omit<RestoreRecord, 'machines'> {
  /** File of the session that the token came from. */
  readonly session?: string;
  /** File that this step alone left for its post. */
  readonly own?: string;
}

/**
 * Keeps a step's record in its state: the head as one value, which names how many others hold the machines. Each of
 * those is complete in itself and holds the same machines whenever it is written, so that a write which a crash cuts
 * short leaves no machine twice or not at all.
 */
export class StateRecord {
  readonly #runner: Pick<Runner, 'saveState'>;
  #parts: readonly (readonly Changed[])[] = [];

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
    if (bytes > MOST_OF_ALL || texts.some(({ length }) => length > MOST_OF_ONE))
      throw tooMany(machines.length);
    this.#parts = parts;
    for (const [index, text] of texts.entries()) this.#runner.saveState(nameOf(index), text);
    // Only now is there something that the post step goes by.
    this.#runner.saveState(STATE.restore, JSON.stringify({ ...head, parts: texts.length }));
  }

  /** Writes over it what is known; `machines` in the order of `open`. When nothing is left, the post has nothing to do. */
  close(machines: readonly (Changed | undefined)[]): void {
    if (machines.every((it) => it === undefined)) this.clear();
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

/** Reads what stands above a record, in the variables of a post step; undefined where the step left none. Throws for what is none of ours. */
export function readHead(env: Environment): (RestoreHead & { readonly parts: number }) | undefined {
  const text = env[`STATE_${STATE.restore}`];
  if (!text) return undefined;
  // Any property of any object may be looked at as long as nothing is expected of it.
  const { command, fallback, session, own, parts } = parsed(text) as Readonly<Record<string, unknown>>;
  if (!isRestorable(command) || typeof parts !== 'number') throw unreadable();
  return {
    ...{ command, parts, fallback: fallback === 'stop' ? 'stop' : 'none' },
    ...(typeof session === 'string' && { session }),
    ...(typeof own === 'string' && { own }),
  };
}

/** Reads the machines of a record. Throws where a part is missing or none of ours. */
export function readMachines(env: Environment, { parts }: { readonly parts: number }): Changed[] {
  const machines: Changed[] = [];
  for (let index = 0; index < parts; index += 1) {
    const part = env[`STATE_${nameOf(index)}`];
    if (part === undefined) throw unreadable();
    if (part !== '') machines.push(...decode(part));
  }
  return machines;
}

function nameOf(index: number): string {
  return `${STATE.restore}-${index + 1}`;
}

function isRestorable(command: unknown): command is Restorable {
  return typeof command === 'string' && isTransition(command) && command !== 'restart';
}

function tooMany(machines: number): ActionError {
  return new ActionError(
    'input',
    `\`restore\` can't remember ${count(machines, 'machine')}: what a step hands to its post is an environment variable in the end`,
    { hint: 'Split them with `shard` or `limit`; some 10,000 fit.' },
  );
}
