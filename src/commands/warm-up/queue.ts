import type { MachineResult } from '../result/result.js';
import type { StartBudget } from './budget.js';
import type { Candidate, WarmGroup } from './plan.js';

/** Candidates of a group whose turn has not come yet, or comes again. */
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

  /** Number of candidates that have not had a turn yet. */
  get untried(): number {
    return this.#candidates.filter((it) => !this.#putOff.has(it)).length;
  }

  /** Returns the next candidate that may be begun, and takes its start from the budget; skips starts when that is spent. */
  next(): Candidate | undefined {
    const at = this.#candidates.findIndex(({ kind }) => kind !== 'change' || !this.#starts.isSpent);
    const [next] = at < 0 ? [] : this.#candidates.splice(at, 1);
    if (next?.kind === 'change') this.#starts.take();
    return next;
  }

  /** Puts a candidate behind all others; until its next turn it has this result. */
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
