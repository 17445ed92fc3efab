import type { Clock } from '../clock.js';
import type { MachineRef, MachinesClient } from './client.js';
import type { Goal } from './goal.js';
import { GONE, Gone, readOrGone } from './look.js';
import type { Machine } from './machine.js';
import { IN_BETWEEN } from './refusal-table.js';

/** For how long what was read of a machine holds, in milliseconds: by then somebody else may have changed it. */
export const FRESH_MS = 2_000;

/** Which machine is looked at, and for what. */
export interface Looking {
  readonly machine: MachineRef;
  readonly goal: Goal;
  /** When it was read last, by the clock; minus infinity where that doesn't count any more. */
  readonly seenAt: number;
  /** Told of the state that it was seen in. */
  readonly seen?: (state: string) => void;
  /** Judges it whenever it was read right before a request, undefined where it is gone; throws where none is to be sent. */
  readonly judge?: ((now: Machine | undefined) => void) | undefined;
}

/** Just before a change was sent, the machine turned out to be there, or on its way. */
export class OnItsWay extends Error {}

/** Looks at a machine before a change is sent to it, so that nobody else's doing is taken for ours, or done again. */
export class LookBefore {
  /** Whether one of our requests may have come about, although its answer was lost. */
  mayBeOurs = false;
  readonly #tools: { readonly client: MachinesClient; readonly clock: Clock };
  readonly #looking: Looking;
  #seenAt: number;
  #isBased = false;
  #last: Machine | undefined;

  constructor(tools: { readonly client: MachinesClient; readonly clock: Clock }, looking: Looking) {
    this.#tools = tools;
    this.#looking = looking;
    this.#seenAt = looking.seenAt;
  }

  /** What was seen doesn't hold any more. */
  forget(): void {
    this.#seenAt = Number.NEGATIVE_INFINITY;
  }

  /** Right before a request: throws `OnItsWay` where none is needed. Reads only what isn't fresh, or is to be based on. */
  async before(signal: AbortSignal): Promise<void> {
    const { goal, judge } = this.#looking;
    const { rebase } = goal;
    const isFresh = this.#tools.clock.now() - this.#seenAt <= FRESH_MS;
    if (isFresh && rebase === undefined) return;
    const now = await this.#read(signal, judge);
    if (now !== undefined && rebase !== undefined && !(this.mayBeOurs && this.#isBased)) {
      rebase(now);
      this.#isBased = true;
      return;
    }
    if (this.#isOn(now)) throw new OnItsWay();
  }

  /** Whether it was last seen in a state that passes, so that a refusal passes with it, whatever its words. */
  get isInBetween(): boolean {
    return this.#last !== undefined && IN_BETWEEN.has(this.#last.state);
  }

  /** Whether the machine is there, or on its way. */
  async isOn(signal: AbortSignal): Promise<boolean> {
    return this.#isOn(await this.#read(signal));
  }

  /** As long as all was refused, whatever counts from a request on, or shows in events alone, is somebody else's doing. */
  #isOn(now: Machine | undefined): boolean {
    const { goal } = this.#looking;
    if (now === undefined) return true;
    if (!this.mayBeOurs && goal.rebase !== undefined) return false;
    return goal.isReached(now) || goal.isUnderway(now) || (this.mayBeOurs && goal.isTraced(now));
  }

  /** Undefined for a machine that is gone, and may be. */
  async #read(signal: AbortSignal, judge?: Looking['judge']): Promise<Machine | undefined> {
    const { machine, goal, seen } = this.#looking;
    const now = await readOrGone(this.#tools, machine, signal);
    if (now instanceof Gone) {
      judge?.(undefined);
      seen?.(GONE);
      if (!goal.isGoneFine) throw now;
      return undefined;
    }
    seen?.(now.state);
    this.#last = now;
    this.#seenAt = this.#tools.clock.now();
    judge?.(now);
    return now;
  }
}
