import type { MachineResult } from '../result/result.js';
import type { StartBudget } from './budget.js';
import type { Candidate, WarmGroup } from './plan.js';

/** The candidates of a group whose turn has not come, or comes again. */
export class WarmQueue {
  readonly #candidates: Candidate[];
  readonly #starts: StartBudget;
  /** What became of those that were put off. */
  readonly #putOff = new Map<Candidate, MachineResult>();

  constructor(candidates: readonly Candidate[], starts: StartBudget) {
    this.#candidates = [...candidates];
    this.#starts = starts;
  }

  get isEmpty(): boolean {
    return this.#candidates.length === 0;
  }

  /** How many have never had their turn. */
  get untried(): number {
    return this.#candidates.filter((it) => !this.#putOff.has(it)).length;
  }

  /** The next that may be begun, with what its start takes from the budget; what that has nothing for stays where it is. */
  next(): Candidate | undefined {
    const at = this.#candidates.findIndex(({ kind }) => kind !== 'change' || !this.#starts.isSpent);
    const [next] = at < 0 ? [] : this.#candidates.splice(at, 1);
    if (next?.kind === 'change') this.#starts.take();
    return next;
  }

  /** Its turn comes again after all others; until then it has this result. */
  putOff(candidate: Candidate, result: MachineResult): void {
    this.#putOff.set(candidate, result);
    this.#candidates.push(candidate);
  }

  /** Those that are left, with the result of each that was put off. */
  get rest(): readonly (readonly [Candidate, MachineResult | undefined])[] {
    return this.#candidates.map((it) => [it, this.#putOff.get(it)]);
  }
}

/** The candidates that a group begins with, as far as the budget goes. */
export function firstOf({ need, candidates }: WarmGroup, starts: StartBudget): Candidate[] {
  const queue = new WarmQueue(candidates, starts);
  return candidates.slice(0, need).flatMap(() => queue.next() ?? []);
}
