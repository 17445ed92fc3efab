import type { Clock, UnixMs } from '../clock.js';
import type { MachineRef, MachinesClient } from './api/client.js';
import { IN_BETWEEN } from './api/refusal-table.js';
import type { Refusal } from './api/refusals.js';
import type { Goal } from './goal.js';
import type { ForeignLease } from './lease/foreign.js';
import { GONE_STATE, Gone, readOrGone } from './look.js';
import type { Machine } from './machine/machine.js';

/** Time in ms for which a read machine counts as fresh; after that another client may have changed it. */
export const FRESH_MS = 2_000;

/** Listener to events while a change is sent. */
export interface ChangeEvents {
  /**
   * Reports the machine as it was read right before a request. Not called again if an earlier request, reported before,
   * may have been carried out.
   */
  readonly based?: (now: Machine) => void;
  /** Reports the state that the machine was seen in. */
  readonly seen?: (state: string) => void;
  /** Reports a refusal that will pass, before the pause. */
  readonly refused?: (refusal: Refusal | ForeignLease) => void;
}

/** Machine to look at, and the goal to look for. */
export interface Looking {
  readonly machine: MachineRef;
  readonly goal: Goal;
  /** Time of the last read, by the clock; undefined if that doesn't count any more. */
  readonly seenAt: UnixMs | undefined;
  /** True if an earlier request may have been carried out. */
  readonly mayBeOurs?: boolean;
  /** True to learn the holder of a lease with each look. */
  readonly leases?: boolean;
  readonly events?: ChangeEvents;
  /**
   * Checks the machine as it was read right before a request, undefined if it is gone; throws if none is to be sent.
   * Not called for a change that one of our own requests may have made.
   */
  readonly recheck?: ((now: Machine | undefined) => void) | undefined;
}

/** Error that ends a change just before it is sent: the machine is there already, or on its way. */
export class OnItsWay extends Error {}

/** Look at a machine before each request, so that we neither claim nor repeat another client's change. */
export class LookBefore {
  /** True if one of our requests may have been carried out although its answer was lost. */
  mayBeOurs: boolean;
  readonly #tools: { readonly client: MachinesClient; readonly clock: Clock };
  readonly #looking: Looking;
  #seenAt: UnixMs | undefined;
  #isBased = false;
  #last: Machine | undefined;

  constructor(tools: { readonly client: MachinesClient; readonly clock: Clock }, looking: Looking) {
    this.#tools = tools;
    this.#looking = looking;
    this.mayBeOurs = looking.mayBeOurs === true;
    this.#seenAt = this.mayBeOurs ? undefined : looking.seenAt;
  }

  /** Looks right before a request. Throws `OnItsWay` if none is needed. Reads unless a fresh read is enough for the goal. */
  async before(signal: AbortSignal): Promise<void> {
    const { goal, recheck, events } = this.#looking;
    const isFresh = this.#seenAt !== undefined && this.#tools.clock.now() - this.#seenAt <= FRESH_MS;
    // It counts for one request only: the next comes after a refusal and a pause.
    this.#seenAt = undefined;
    if (isFresh && goal.isAnew !== true) return;
    const now = await this.#read(signal);
    const isBase = !(this.mayBeOurs && (this.#isBased || goal.isAnew !== true));
    // A change that may be ours is no reason against it, so `recheck` isn't asked.
    const isOn = !(isBase && goal.isAnew === true && !(now instanceof Gone)) && this.#isOn(now);
    if (!(isOn && this.mayBeOurs)) recheck?.(now instanceof Gone ? undefined : now);
    if (isOn) throw new OnItsWay();
    if (now instanceof Gone) throw now;
    if (!isBase) return;
    goal.rebase?.(now);
    events?.based?.(now);
    this.#isBased = true;
  }

  /** True if it was last seen in a state that passes, so that a refusal passes with it, whatever its words. */
  get isInBetween(): boolean {
    return this.#last !== undefined && IN_BETWEEN.has(this.#last.state);
  }

  /** Returns whether the machine is there or on its way. Throws `Gone` if it is gone and should not be. */
  async isOn(signal: AbortSignal): Promise<boolean> {
    const now = await this.#read(signal);
    const isOn = this.#isOn(now);
    if (now instanceof Gone && !isOn) throw now;
    return isOn;
  }

  /**
   * Returns whether the machine is there or on its way. While Fly has refused all our requests, a change that only events
   * show, or that must follow a request, is another client's.
   */
  #isOn(now: Machine | Gone): boolean {
    const { goal } = this.#looking;
    if (now instanceof Gone) return goal.isGoneFine;
    if (!this.mayBeOurs && goal.isAnew === true) return false;
    // Where Fly lists no events, nothing would ever show that ours has come about: it must not come about twice.
    if (goal.isAnew === true && now.newestEvent === undefined) return true;
    return goal.isReached(now) || goal.isUnderway(now) || (this.mayBeOurs && goal.isTraced(now));
  }

  async #read(signal: AbortSignal): Promise<Machine | Gone> {
    const { machine, leases = false, events } = this.#looking;
    const now = await readOrGone(this.#tools, machine, signal, { leases });
    if (now instanceof Gone) {
      events?.seen?.(GONE_STATE);
      return now;
    }
    events?.seen?.(now.state);
    this.#last = now;
    return now;
  }
}
