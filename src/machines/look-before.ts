import type { Clock } from '../clock.js';
import type { MachineRef, MachinesClient } from './api/client.js';
import { IN_BETWEEN } from './api/refusal-table.js';
import type { Refusal } from './api/refusals.js';
import type { Goal } from './goal.js';
import { GONE, Gone, readOrGone } from './look.js';
import type { Machine } from './machine/machine.js';

/** For how long what was read of a machine holds, in milliseconds: by then somebody else may have changed it. */
export const FRESH_MS = 2_000;

/** Listener to what comes about while a change is sent. */
export interface ChangeEvents {
  /**
   * Reports the machine as it was read right before a request; not where an earlier request, before which it was read
   * already, may have come about.
   */
  readonly based?: (now: Machine) => void;
  /** Reports the state that the machine was seen in. */
  readonly seen?: (state: string) => void;
  /** Reports a refusal that will pass, before it is waited for. */
  readonly refused?: (refusal: Refusal) => void;
}

/** Which machine is looked at, and for what. */
export interface Looking {
  readonly machine: MachineRef;
  readonly goal: Goal;
  /** When it was read last, by the clock; minus infinity where that doesn't count any more. */
  readonly seenAt: number;
  /** Whether something that was sent earlier may have come about. */
  readonly mayBeOurs?: boolean;
  readonly events?: ChangeEvents;
  /**
   * Looks at the machine as it was read right before a request, undefined where it is gone; throws where none is to be sent.
   * Isn't asked about what one of our own requests may have led to.
   */
  readonly recheck?: ((now: Machine | undefined) => void) | undefined;
}

/** Just before a change was sent, the machine turned out to be there, or on its way. */
export class OnItsWay extends Error {}

/** Looks at a machine before a change is sent to it, so that nobody else's doing is taken for ours, or done again. */
export class LookBefore {
  /** Whether one of our requests may have come about, although its answer was lost. */
  mayBeOurs: boolean;
  readonly #tools: { readonly client: MachinesClient; readonly clock: Clock };
  readonly #looking: Looking;
  #seenAt: number;
  #isBased = false;
  #last: Machine | undefined;

  constructor(tools: { readonly client: MachinesClient; readonly clock: Clock }, looking: Looking) {
    this.#tools = tools;
    this.#looking = looking;
    this.mayBeOurs = looking.mayBeOurs === true;
    this.#seenAt = this.mayBeOurs ? Number.NEGATIVE_INFINITY : looking.seenAt;
  }

  /** Right before a request: throws `OnItsWay` where none is needed. Reads only what isn't fresh, or is to be based on. */
  async before(signal: AbortSignal): Promise<void> {
    const { goal, recheck, events } = this.#looking;
    const isFresh = this.#tools.clock.now() - this.#seenAt <= FRESH_MS;
    // It holds for one request: another comes after a refusal and a pause, however short.
    this.#seenAt = Number.NEGATIVE_INFINITY;
    if (isFresh && goal.isAnew !== true) return;
    const now = await this.#read(signal);
    const isBase = !(this.mayBeOurs && (this.#isBased || goal.isAnew !== true));
    // What one of ours may have led to speaks for it, not against it.
    const isOn = !(isBase && goal.isAnew === true && !(now instanceof Gone)) && this.#isOn(now);
    if (!(isOn && this.mayBeOurs)) recheck?.(now instanceof Gone ? undefined : now);
    if (isOn) throw new OnItsWay();
    if (now instanceof Gone) throw now;
    if (!isBase) return;
    goal.rebase?.(now);
    events?.based?.(now);
    this.#isBased = true;
  }

  /** Whether it was last seen in a state that passes, so that a refusal passes with it, whatever its words. */
  get isInBetween(): boolean {
    return this.#last !== undefined && IN_BETWEEN.has(this.#last.state);
  }

  /** Whether the machine is there, or on its way. */
  async isOn(signal: AbortSignal): Promise<boolean> {
    const now = await this.#read(signal);
    const isOn = this.#isOn(now);
    if (now instanceof Gone && !isOn) throw now;
    return isOn;
  }

  /** As long as all was refused, whatever counts from a request on, or shows in events alone, is somebody else's doing. */
  #isOn(now: Machine | Gone): boolean {
    const { goal } = this.#looking;
    if (now instanceof Gone) return goal.isGoneFine;
    if (!this.mayBeOurs && goal.isAnew === true) return false;
    return goal.isReached(now) || goal.isUnderway(now) || (this.mayBeOurs && goal.isTraced(now));
  }

  async #read(signal: AbortSignal): Promise<Machine | Gone> {
    const { machine, events } = this.#looking;
    const now = await readOrGone(this.#tools, machine, signal);
    if (now instanceof Gone) {
      events?.seen?.(GONE);
      return now;
    }
    events?.seen?.(now.state);
    this.#last = now;
    return now;
  }
}
