import { shared } from '../clock.js';
import { Deadline } from '../deadline.js';
import { ActionError } from '../errors.js';
import { formatDuration } from '../text.js';
import type { WorkTools } from './engine.js';
import { type MachineResult, untouched } from './result.js';
import type { StartBudget } from './warm-budget.js';
import { excess, replaced, type Standing } from './warm-excess.js';
import { MachineWarmer, type WarmOptions } from './warm-machine.js';
import { type Candidate, limitReached, type WarmGroup } from './warm-plan.js';
import { WarmQueue } from './warm-queue.js';
import { shareOf } from './warm-share.js';
import type { WarmTime } from './warm-times.js';

/** What became of a group. */
export interface Warmed {
  readonly group: WarmGroup;
  /** How many became ready, as far as they were needed. */
  readonly ready: number;
  /** Whether time ran out, or the job was cancelled, before enough did. */
  readonly isCutShort: boolean;
  /** Each candidate's. */
  readonly machines: readonly MachineResult[];
  /** Of those that were started here and became ready. */
  readonly times: readonly WarmTime[];
  /** Of machines that were started and are not needed. */
  readonly warnings: readonly string[];
}

/** How the groups of a step are warmed. */
export interface GroupOptions extends WarmOptions {
  readonly starts: StartBudget;
}

/** The candidates that a group begins with. */
export function firstOf({ need, candidates }: WarmGroup): readonly Candidate[] {
  return candidates.slice(0, need);
}

/**
 * Warms as many machines of a group as it needs, side by side. One that fails is replaced by the next candidate; beside
 * one that is slow the next is begun, and whichever is ready first counts. What somebody else holds a lease on is put
 * off while others are free. Ends when enough are ready, nothing is left to try, or the step ends. Never throws.
 */
export function warmGroup(group: WarmGroup, options: GroupOptions, tools: WorkTools): Promise<Warmed> {
  return new GroupWarmer(group, options, tools).run();
}

class GroupWarmer {
  readonly #group: WarmGroup;
  readonly #options: GroupOptions;
  readonly #tools: WorkTools;
  readonly #enough = new AbortController();
  readonly #warmer: MachineWarmer;
  readonly #deadline: Deadline;
  readonly #queue: WarmQueue;
  /** Those that hold one of the places; a slow one goes on without. */
  readonly #inPlace = new Set<Candidate>();
  readonly #slow = new Set<Candidate>();
  readonly #results = new Map<Candidate, MachineResult>();
  readonly #warnings: string[] = [];
  #ready = 0;

  constructor(group: WarmGroup, options: GroupOptions, tools: WorkTools) {
    const { clock, deadline } = tools;
    this.#group = group;
    this.#options = options;
    this.#tools = tools;
    this.#queue = new WarmQueue(group.candidates);
    const either = shared(AbortSignal.any([deadline.signal, this.#enough.signal]));
    this.#deadline = new Deadline(clock, either, deadline.left);
    // The step's own timer is the one that counts, and says what the step was given.
    this.#deadline.end();
    this.#warmer = new MachineWarmer(options, { ...tools, deadline: this.#deadline });
  }

  async run(): Promise<Warmed> {
    await this.#fill();
    const isComplete = this.#isComplete;
    const rest = isComplete ? `not needed: ${this.#without}` : 'the step ended before its turn';
    for (const [candidate, found] of this.#queue.rest) {
      if (found !== undefined) this.#end(candidate, { ...found, reason: `${found.reason}; ${rest}` });
      else this.#results.set(candidate, untouched(candidate.machine, 'skipped', rest));
    }
    const machines = this.#group.candidates.flatMap((it) => this.#results.get(it) ?? []);
    return {
      group: this.#group,
      ready: this.#ready,
      isCutShort: !isComplete && this.#deadline.signal.aborted,
      machines: machines.map((it) =>
        isComplete && it.outcome === 'failed' ? replaced(it, this.#standing(it)) : it,
      ),
      times: this.#warmer.times,
      warnings: this.#warnings,
    };
  }

  get #isComplete(): boolean {
    return this.#ready >= this.#group.need;
  }

  /** How many more could be worked on. */
  get #places(): number {
    return this.#group.need - this.#ready - this.#inPlace.size;
  }

  get #without(): string {
    return `${this.#ready === 1 ? '1 is' : `${this.#ready} are`} ready without it`;
  }

  /** Begins as many as there are places for, and is over when they are, and all that came in their place. */
  async #fill(): Promise<void> {
    const begun: Promise<void>[] = [];
    while (this.#places > 0 && !this.#deadline.signal.aborted) {
      const next = this.#queue.next();
      if (next === undefined) break;
      begun.push(this.#take(next));
    }
    await Promise.all(begun);
  }

  async #take(candidate: Candidate): Promise<void> {
    this.#inPlace.add(candidate);
    const canPutOff = this.#options.leases.onLease === 'wait' && this.#queue.untried > this.#places;
    const over = new AbortController();
    const beside = this.#fillBeside(candidate, over.signal);
    const result = await this.#warm(candidate, canPutOff);
    over.abort();
    this.#inPlace.delete(candidate);
    if (result !== undefined) this.#settle(candidate, result);
    await Promise.all([beside, this.#fill()]);
  }

  /** Gives its place to the next when the share of its time is over before it is. */
  async #fillBeside(candidate: Candidate, over: AbortSignal): Promise<void> {
    const { clock, progress } = this.#tools;
    const share = shareOf(this.#deadline.left);
    if (share === undefined) return;
    try {
      await clock.sleep(share, over);
    } catch {
      return; // It wasn't slow.
    }
    if (!this.#queue.hasNext(this.#options.starts)) return;
    const after = formatDuration(share);
    progress.tell(candidate.machine, `not ready after ${after}; the next is begun beside it`);
    this.#slow.add(candidate);
    this.#inPlace.delete(candidate);
    await this.#fill();
  }

  /** Undefined where it was put off. */
  async #warm(candidate: Candidate, canPutOff: boolean): Promise<MachineResult | undefined> {
    const { kind, machine } = candidate;
    const { starts } = this.#options;
    if (kind !== 'change') return this.#warmer.warm(candidate, false);
    if (!starts.take()) return untouched(machine, 'skipped', limitReached(starts.limit));
    const result = await this.#warmer.warm(candidate, canPutOff);
    // Somebody else's lease was in the way.
    if (result.outcome === 'skipped') starts.giveBack();
    if (result.outcome !== 'skipped' || !canPutOff) return result;
    this.#slow.delete(candidate);
    this.#queue.putOff(candidate, result);
    return undefined;
  }

  #settle(candidate: Candidate, found: MachineResult): void {
    const isExcess = found.outcome === 'failed' && this.#isComplete && !this.#slow.has(candidate);
    const result = isExcess ? this.#excess(found) : found;
    this.#end(candidate, result);
    if (!isReady(found) || this.#isComplete) return;
    this.#ready += 1;
    if (!this.#isComplete) return;
    const others = this.#ready === 1 ? '1 was' : `${this.#ready} were`;
    const hint = 'Nothing waits for it any more; `fly logs` may show why it is slow.';
    this.#enough.abort(new ActionError('timeout', `not ready before ${others} without it`, { hint }));
  }

  #excess(found: MachineResult): MachineResult {
    const { result, warnings } = excess(found, this.#standing(found));
    this.#warnings.push(...warnings);
    return result;
  }

  #standing({ machine }: MachineResult): Standing {
    const isStarted = this.#warmer.hasStarted(machine);
    return { isStarted, isPutBack: this.#options.keeper !== undefined, without: this.#without };
  }

  #end(candidate: Candidate, result: MachineResult): void {
    this.#results.set(candidate, result);
    if (candidate.kind !== 'ready') this.#tools.progress.done(result);
  }
}

function isReady({ outcome }: MachineResult): boolean {
  return outcome === 'changed' || outcome === 'unchanged';
}
