import { forManyListeners, type UnixMs, withTimeout } from '../../clock.js';
import { ActionError, asActionError, isOfClass } from '../../errors.js';
import type { MachineRef, MachinesClient } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { isLease } from '../../machines/lease/foreign.js';
import { Gone, isGone, readOrGone } from '../../machines/look.js';
import type { Machine } from '../../machines/machine/machine.js';
import { replaceMetadata } from '../../machines/replace-metadata.js';
import type { WorkTools } from '../engine/work-tools.js';
import { type MarkWord, markKey, markOf, markText } from './mark.js';

/** Longest time in milliseconds for taking a mark back when the step is over: the runner kills soon after. */
const BRIEFLY_MS = 1_500;
/** The same while it goes on, in milliseconds. */
const TAKE_BACK_MS = 10_000;
const MOST_WRITES = 3;
const PAUSE_MS = 1_000;

const HINT =
  '`mark` writes into the metadata of machines before it changes them; a deploy token may, unless it was narrowed.';

/** Options for the marks that a step writes. */
export interface MarkOptions {
  readonly name: string;
  /** Repository and run, as `runName` writes them. */
  readonly by: string;
  /** Unix milliseconds by the servers' clock: later jobs go by that. */
  readonly now: () => UnixMs;
}

/** Machine that is marked, the nonce of our lease on it, and the signal that ends the work. */
export interface MarkCall {
  readonly nonce: string | undefined;
  readonly signal: AbortSignal;
}

/** Mark as this step has written it, or was about to. */
interface Written {
  readonly ours: string;
  /** Value that it replaced. */
  readonly before: string | undefined;
}

/** Error of a machine to which nothing was sent, since its mark can't be written; no \`ActionError\`, so that nothing is repeated. */
export class Unmarked extends Error {
  readonly error: ActionError;

  constructor(error: ActionError) {
    super(error.message);
    this.error = error;
  }
}

/** Writer of one step's marks: each before its change, so that nothing is ever changed that no later job would find. */
export class Marker {
  readonly #options: MarkOptions;
  readonly #word: MarkWord;
  readonly #tools: Pick<WorkTools, 'client' | 'clock' | 'progress'>;
  readonly #written = new Map<string, Written>();
  /** Refusal after which no mark is tried any more. */
  #refused: Unmarked | undefined;

  constructor(options: MarkOptions, word: MarkWord, tools: Pick<WorkTools, 'client' | 'clock' | 'progress'>) {
    this.#options = options;
    this.#word = word;
    this.#tools = tools;
  }

  /**
   * Writes the mark of a machine, once, as it was read right before its change. Throws what keeps the change from being sent:
   * a refusal that passes as it is, anything else as `Unmarked`.
   */
  async write(machine: Machine & MachineRef, { nonce, signal }: MarkCall): Promise<void> {
    if (this.#written.has(keyOf(machine))) return;
    if (this.#refused !== undefined) throw this.#refused;
    const { name, by, now } = this.#options;
    const ours = markText(now(), this.#word, by);
    const written = { ours, before: markOf(machine, name)?.value };
    this.#written.set(keyOf(machine), written);
    try {
      await this.#set(machine, ours, { nonce, signal });
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      if (isLease(thrown) || isGone(thrown)) {
        this.#written.delete(keyOf(machine));
        throw thrown;
      }
      throw this.#unmarked(asActionError(thrown));
    }
    // Otherwise the change, which isn't sent any more, would count as one whose fate isn't known.
    signal.throwIfAborted();
  }

  /**
   * Makes sure that a machine which was changed bears its mark, as it was read then, and returns it as it was read last: a deploy writes back the metadata that
   * it had read before. Throws where it can't be written again: no later job would find the machine.
   */
  async check(machine: MachineRef, read: Machine, call: MarkCall): Promise<Machine> {
    const written = this.#written.get(keyOf(machine));
    if (written === undefined) return read;
    const { client, clock } = this.#tools;
    let now = read;
    for (let writes = 0; !this.#isThere(now, written); writes += 1) {
      if (writes === MOST_WRITES)
        throw new ActionError(
          'wrong state',
          `it was ${this.#word}, but its mark \`${this.#options.name}\` does not last`,
          {
            hint: 'Another client writes over the metadata, such as a deploy; a `concurrency` group shared with deploys prevents it.',
          },
        );
      if (writes > 0) await clock.sleep(PAUSE_MS, call.signal);
      await this.#set(machine, written.ours, call);
      const after = await readOrGone({ client, clock }, machine, call.signal);
      if (after instanceof Gone) return now;
      now = after;
    }
    return now;
  }

  /** Takes a mark back whose change has surely not come about; what it replaced comes back. Never throws, but warns. */
  async takeBack(machine: MachineRef, { nonce, signal }: MarkCall): Promise<void> {
    const written = this.#written.get(keyOf(machine));
    if (written === undefined) return;
    this.#written.delete(keyOf(machine));
    const { client, clock, progress } = this.#tools;
    const { name } = this.#options;
    const wish = { key: markKey(name), ours: written.ours, value: () => written.before, nonce };
    const ms = signal.aborted ? BRIEFLY_MS : TAKE_BACK_MS;
    // Taken back after the step's end, too: then above all.
    const never = forManyListeners(new AbortController().signal);
    try {
      await withTimeout({ clock, signal: never, ms }, (limited) =>
        replaceMetadata(machine, wish, { client, clock, signal: limited }),
      );
    } catch (thrown) {
      progress.warn(
        `Machine ${machine.id} was left as it is and may bear the mark \`${name}\` all the same: ${asActionError(thrown).line}`,
      );
    }
  }

  /** Returns whether a machine bears our mark, or one that another job has written since. */
  #isThere(machine: Machine, { ours }: Written): boolean {
    const mark = markOf(machine, this.#options.name);
    return mark?.value === ours || (mark?.at ?? 0) > Date.parse(ours.slice(0, ours.indexOf(' ')));
  }

  #set(
    machine: MachineRef,
    value: string,
    { nonce, signal }: MarkCall,
  ): ReturnType<MachinesClient['setMetadata']> {
    return this.#tools.client.setMetadata(
      machine,
      { key: markKey(this.#options.name), value, nonce },
      signal,
    );
  }

  /** Returns the error of a machine that is left as it was, since its mark can't be written. */
  #unmarked(error: ActionError): Unmarked {
    const { hint: own } = error;
    const message = `its mark \`${this.#options.name}\` can't be written, so it is left as it was: ${error.message}`;
    const hint = isOfClass(error, 'forbidden', 'unauthorized') ? HINT : own;
    const unmarked = new Unmarked(error.with({ message, hint }));
    if (hint === HINT) this.#refused = unmarked;
    return unmarked;
  }
}
