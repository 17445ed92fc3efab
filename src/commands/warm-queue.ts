import type { MachineResult } from './result.js';
import type { StartBudget } from './warm-budget.js';
import type { Candidate } from './warm-plan.js';

/** The candidates of a group whose turn has not come, or comes again. */
export class WarmQueue {
  readonly #candidates: Candidate[];
  /** What became of those that were put off. */
  readonly #putOff = new Map<Candidate, MachineResult>();

  constructor(candidates: readonly Candidate[]) {
    this.#candidates = [...candidates];
  }

  /** How many have never had their turn. */
  get untried(): number {
    return this.#candidates.filter((it) => !this.#putOff.has(it)).length;
  }

  /** Whether any can be begun. */
  hasNext(starts: StartBudget): boolean {
    return this.#candidates.some(({ kind }) => kind !== 'change' || !starts.isSpent);
  }

  next(): Candidate | undefined {
    return this.#candidates.shift();
  }

  /** Its turn comes again after all others; until then it has this result. */
  putOff(candidate: Candidate, result: MachineResult): void {
    this.#putOff.set(candidate, result);
    this.#candidates.push(candidate);
  }

  /** Those that are left in the end, with the result of each that was put off. */
  get rest(): readonly (readonly [Candidate, MachineResult | undefined])[] {
    return this.#candidates.map((it) => [it, this.#putOff.get(it)]);
  }
}
