import { joined } from '../../text.js';
import type { Progress } from '../engine/work-tools.js';
import { type FailedResult, type MachineResult, untouched } from '../result/result.js';
import { excess, replaced, type Standing } from './excess.js';
import type { WarmOptions } from './machine.js';
import type { Candidate, WarmGroup } from './plan.js';

/** Results of a group's candidates, as they come in. */
export class GroupResults {
  /** Warnings about machines that were started and are not needed. */
  readonly warnings: string[] = [];
  readonly #group: WarmGroup;
  readonly #options: Pick<WarmOptions, 'requests' | 'keeper'>;
  readonly #progress: Progress;
  readonly #results = new Map<Candidate, MachineResult>();
  #ready = 0;

  constructor(group: WarmGroup, options: Pick<WarmOptions, 'requests' | 'keeper'>, progress: Progress) {
    this.#group = group;
    this.#options = options;
    this.#progress = progress;
  }

  /** Number of machines that became ready, as far as they were needed. */
  get ready(): number {
    return this.#ready;
  }

  get isComplete(): boolean {
    return this.#ready >= this.#group.need;
  }

  /** Words for the machines that are ready: `1 is ready without it`. */
  get without(): string {
    return `${this.#ready === 1 ? '1 is' : `${this.#ready} are`} ready without it`;
  }

  /** Adds the result of a candidate that was worked on; returns whether the group is complete by it. */
  settle(candidate: Candidate, found: MachineResult, hadPlace: boolean): boolean {
    const isExcess = this.isComplete && hadPlace;
    this.#end(candidate, isExcess && found.outcome === 'failed' ? this.#excess(found) : found);
    if (!isReady(found) || this.isComplete) return false;
    this.#ready += 1;
    return this.isComplete;
  }

  /** Adds the result of a candidate that was left over, and why; `found` is its result if it was put off. */
  leave(candidate: Candidate, found: MachineResult | undefined, why: string): void {
    if (found !== undefined) this.#end(candidate, { ...found, reason: joined(found.reason, why) });
    else this.#results.set(candidate, untouched(candidate.machine, 'skipped', why));
  }

  /** Returns the results of all candidates, in their order. */
  all(): MachineResult[] {
    const results = this.#group.candidates.flatMap((it) => this.#results.get(it) ?? []);
    if (!this.isComplete) return results;
    return results.map((it) => (it.outcome === 'failed' ? replaced(it, this.#standing(it)) : it));
  }

  #excess(failed: FailedResult): MachineResult {
    const { result, warnings } = excess(failed, this.#standing(failed));
    this.warnings.push(...warnings);
    return result;
  }

  #standing({ machine }: MachineResult): Standing {
    const { requests, keeper } = this.#options;
    return { isStarted: requests.has(machine), isPutBack: keeper !== undefined, without: this.without };
  }

  #end(candidate: Candidate, result: MachineResult): void {
    this.#results.set(candidate, result);
    if (candidate.kind !== 'ready') this.#progress.done(result);
  }
}

function isReady({ outcome }: MachineResult): boolean {
  return outcome === 'changed' || outcome === 'unchanged';
}
