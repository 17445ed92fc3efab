import type { MachineResult } from '../result/result.js';
import type { Candidate, WarmGroup } from './plan.js';

/** Count of the starts that are left to a step. */
export class StartBudget {
  readonly limit: number;
  #left: number;
  /** Starts that were taken and may yet come to nothing. */
  #open = 0;
  readonly #listeners = new Set<() => void>();

  constructor(limit: number = Number.POSITIVE_INFINITY) {
    this.limit = limit;
    this.#left = limit;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** True while starts that were taken may still be given back. */
  get isOpen(): boolean {
    return this.#open > 0;
  }

  /** Takes a start, which must be settled later. */
  take(): void {
    this.#left -= 1;
    this.#open += 1;
  }

  /** Settles a start that was taken; gives it back where nothing was started. */
  settle(isStarted: boolean): void {
    this.#open -= 1;
    if (!isStarted) this.#left += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Calls back whenever a start was settled. */
  onSettled(listener: () => void): void {
    this.#listeners.add(listener);
  }
}

/** Candidates of a group whose turn has not come, or comes again. */
export class WarmQueue {
  readonly #candidates: Candidate[];
  readonly #starts: StartBudget;
  /** Results of the candidates that were put off. */
  readonly #putOff = new Map<Candidate, MachineResult>();

  constructor(candidates: readonly Candidate[], starts: StartBudget) {
    this.#candidates = [...candidates];
    this.#starts = starts;
  }

  get isEmpty(): boolean {
    return this.#candidates.length === 0;
  }

  /** Number of candidates that have never had their turn. */
  get untried(): number {
    return this.#candidates.filter((it) => !this.#putOff.has(it)).length;
  }

  /** Takes the next candidate that may be begun, and its start from the budget; without a start left, it stays where it is. */
  next(): Candidate | undefined {
    const at = this.#candidates.findIndex(({ kind }) => kind !== 'change' || !this.#starts.isSpent);
    const [next] = at < 0 ? [] : this.#candidates.splice(at, 1);
    if (next?.kind === 'change') this.#starts.take();
    return next;
  }

  /** Puts a candidate off until all others have had their turn; until then it has this result. */
  putOff(candidate: Candidate, result: MachineResult): void {
    this.#putOff.set(candidate, result);
    this.#candidates.push(candidate);
  }

  /** Candidates that are left, each with its result if it was put off. */
  get rest(): readonly (readonly [Candidate, MachineResult | undefined])[] {
    return this.#candidates.map((it) => [it, this.#putOff.get(it)]);
  }
}

/** Returns the candidates that a group begins with, as far as the budget goes. */
export function firstOf({ need, candidates }: WarmGroup, starts: StartBudget): Candidate[] {
  const queue = new WarmQueue(candidates, starts);
  return candidates.slice(0, need).flatMap(() => queue.next() ?? []);
}
