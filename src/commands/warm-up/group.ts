import type { Deadline } from '../../deadline.js';
import { ActionError } from '../../errors.js';
import { formatDuration, joined } from '../../text.js';
import type { WorkTools } from '../engine/work-tools.js';
import { type FailedResult, type MachineResult, untouched } from '../result/result.js';
import { excess, replaced, type Standing } from './excess.js';
import { MachineWarmer, type WarmOptions } from './machine.js';
import { WarmPlaces } from './places.js';
import { type Candidate, limitReached, type WarmGroup } from './plan.js';
import { WarmQueue } from './queue.js';
import type { WarmTime } from './times.js';

/** Result of warming a group. */
export interface GroupOutcome {
  readonly group: WarmGroup;
  /** Number of machines that became ready, at most as many as were needed. */
  readonly ready: number;
  /** Resource that ran out: time (also when the job was cancelled), starts, or machines; undefined for none. */
  readonly lack: 'time' | 'limit' | 'machines' | undefined;
  /** Results of all candidates, in their order. */
  readonly machines: readonly MachineResult[];
  /** Times of the machines that were started here and became ready. */
  readonly times: readonly WarmTime[];
  /** Warnings about machines that were started and are not needed. */
  readonly warnings: readonly string[];
}

/**
 * Warms as many machines of a group as it needs, side by side. The next candidate replaces one that fails, and is begun
 * beside one that is slow: the first to be ready counts. A machine that another client holds a lease on is put off while
 * others are free. Ends when enough machines are ready, no candidate is left, or the step ends.
 */
export function warmGroup(group: WarmGroup, options: WarmOptions, tools: WorkTools): Promise<GroupOutcome> {
  return new GroupWarmer(group, options, tools).run();
}

class GroupWarmer {
  readonly #group: WarmGroup;
  readonly #options: WarmOptions;
  readonly #tools: WorkTools;
  readonly #enough = new AbortController();
  readonly #warmer: MachineWarmer;
  readonly #deadline: Deadline;
  readonly #queue: WarmQueue;
  readonly #at: WarmPlaces;
  readonly #results = new Map<Candidate, MachineResult>();
  readonly #warnings: string[] = [];
  #ready = 0;
  /** Error thrown by the work on a candidate, which must never throw: a fault of ours. */
  #thrown: { readonly thrown: unknown } | undefined;
  /** Wakes `run` to see whether it can begin more candidates, or has come to an end. */
  #stir: () => void = () => undefined;

  constructor(group: WarmGroup, options: WarmOptions, tools: WorkTools) {
    const { clock, deadline } = tools;
    this.#group = group;
    this.#options = options;
    this.#tools = tools;
    this.#queue = new WarmQueue(group.candidates, options.starts);
    this.#at = new WarmPlaces(clock, () => this.#stir());
    options.starts.onSettled(() => this.#stir());
    this.#deadline = deadline.partUntil(this.#enough.signal);
    this.#warmer = new MachineWarmer(options, { ...tools, deadline: this.#deadline });
  }

  async run(): Promise<GroupOutcome> {
    for (this.#fill(); this.#goesOn; this.#fill()) {
      await new Promise<void>((resolve) => {
        this.#stir = resolve;
      });
      if (this.#thrown !== undefined) throw this.#thrown.thrown;
    }
    const lack = this.#lack;
    for (const [candidate, found] of this.#queue.rest) {
      const rest = this.#restOf(lack);
      if (found !== undefined) this.#end(candidate, { ...found, reason: joined(found.reason, rest) });
      else this.#results.set(candidate, untouched(candidate.machine, 'skipped', rest));
    }
    const machines = this.#group.candidates.flatMap((it) => this.#results.get(it) ?? []);
    return {
      group: this.#group,
      ready: this.#ready,
      lack,
      machines: machines.map((it) =>
        this.#isComplete && it.outcome === 'failed' ? replaced(it, this.#standing(it)) : it,
      ),
      times: this.#warmer.times,
      warnings: this.#warnings,
    };
  }

  get #isComplete(): boolean {
    return this.#ready >= this.#group.need;
  }

  /** Number of candidates that may be begun now. */
  get #places(): number {
    return this.#group.need - this.#ready - this.#at.taken;
  }

  get #isOver(): boolean {
    return this.#deadline.signal.aborted;
  }

  get #without(): string {
    return `${this.#ready === 1 ? '1 is' : `${this.#ready} are`} ready without it`;
  }

  /** True while work goes on, or may go on again: other groups may give starts back. */
  get #goesOn(): boolean {
    if (!this.#at.isIdle) return true;
    return !this.#isOver && this.#places > 0 && !this.#queue.isEmpty && this.#options.starts.isOpen;
  }

  get #lack(): GroupOutcome['lack'] {
    if (this.#isComplete) return undefined;
    if (this.#isOver) return 'time';
    return this.#queue.isEmpty ? 'machines' : 'limit';
  }

  #restOf(lack: GroupOutcome['lack']): string {
    if (lack === undefined) return `not needed: ${this.#without}`;
    return lack === 'time' ? 'the step ended before its turn' : limitReached(this.#options.starts.limit);
  }

  /** Begins as many candidates as there are places. A late one loses its place as soon as another can take it. */
  #fill(): void {
    while (!this.#isOver) {
      const late = this.#places > 0 ? undefined : this.#at.late;
      if (this.#places <= 0 && late === undefined) return;
      const next = this.#queue.next();
      if (next === undefined) return;
      if (late !== undefined) {
        const after = formatDuration(this.#at.pass(late));
        this.#tools.progress.tell(late.machine, `not ready after ${after}; the next is begun beside it`);
      }
      this.#take(next).catch((thrown: unknown) => {
        this.#thrown = { thrown };
        this.#stir();
      });
    }
  }

  async #take(candidate: Candidate): Promise<void> {
    this.#at.enter(candidate, this.#deadline.left);
    const canPutOff =
      candidate.kind === 'change' &&
      this.#options.leases.onLease === 'wait' &&
      this.#queue.untried > this.#places;
    const result = await this.#warmer.warm(candidate, canPutOff);
    const hadPlace = this.#at.leave(candidate);
    if (canPutOff && result.outcome === 'skipped') this.#queue.putOff(candidate, result);
    else this.#settle(candidate, result, hadPlace);
    this.#stir();
  }

  #settle(candidate: Candidate, found: MachineResult, hadPlace: boolean): void {
    const isExcess = this.#isComplete && hadPlace;
    this.#end(candidate, isExcess && found.outcome === 'failed' ? this.#excess(found) : found);
    if (!isReady(found) || this.#isComplete) return;
    this.#ready += 1;
    if (!this.#isComplete) return;
    const others = this.#ready === 1 ? '1 was' : `${this.#ready} were`;
    const hint = 'Nothing waits for it any more; `fly logs` may show why it is slow.';
    this.#enough.abort(new ActionError('timeout', `not ready before ${others} without it`, { hint }));
  }

  #excess(found: FailedResult): MachineResult {
    const { result, warnings } = excess(found, this.#standing(found));
    this.#warnings.push(...warnings);
    return result;
  }

  #standing({ machine }: MachineResult): Standing {
    const { requests, keeper } = this.#options;
    return { isStarted: requests.has(machine), isPutBack: keeper !== undefined, without: this.#without };
  }

  #end(candidate: Candidate, result: MachineResult): void {
    this.#results.set(candidate, result);
    if (candidate.kind !== 'ready') this.#tools.progress.done(result);
  }
}

function isReady({ outcome }: MachineResult): boolean {
  return outcome === 'changed' || outcome === 'unchanged';
}
