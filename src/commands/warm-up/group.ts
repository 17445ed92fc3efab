import type { Deadline } from '../../deadline.js';
import { ActionError } from '../../errors.js';
import { formatDuration } from '../../text.js';
import { pauseFor } from '../engine/settling.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { MachineResult } from '../result/result.js';
import { GroupResults } from './group-results.js';
import { MachineWarmer, type StartTimes, type WarmOptions } from './machine.js';
import { WarmPlaces } from './places.js';
import { type Candidate, limitReached, type WarmGroup } from './plan.js';
import { WarmQueue } from './queue.js';

/** Resource that a group can lack. */
export type Lack = 'time' | 'limit' | 'machines' | 'leave';

/** Outcome of warming a group. */
export interface GroupOutcome {
  readonly group: WarmGroup;
  /** Number of machines that became ready, as far as they were needed. */
  readonly ready: number;
  /** Resource that ran out: time (also when the job was cancelled), starts, machines, or leave after a failure; undefined for none. */
  readonly lack: Lack | undefined;
  /** Result of each candidate. */
  readonly machines: readonly MachineResult[];
  /** Times of the machines that were started here and became ready. */
  readonly times: readonly StartTimes[];
  /** Warnings about machines that were started and are not needed. */
  readonly warnings: readonly string[];
}

/**
 * Warms as many machines of a group as it needs, side by side. The next candidate replaces one that fails; beside one that
 * is slow the next is begun, and whichever is ready first counts. A machine on which another client holds a lease is put
 * off while others are free. Ends when enough are ready, nothing is left to try, or the step ends.
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
  readonly #places: WarmPlaces;
  readonly #results: GroupResults;
  /** Error of the work on a candidate, which should never throw. */
  #thrown: { readonly thrown: unknown } | undefined;
  /** Wakes `run`: more may be begun by now, or nothing goes on any more. */
  #wake: () => void = () => undefined;

  constructor(group: WarmGroup, options: WarmOptions, tools: WorkTools) {
    const { clock, deadline, progress } = tools;
    this.#group = group;
    this.#options = options;
    this.#tools = tools;
    this.#queue = new WarmQueue(group.candidates, options.starts);
    this.#places = new WarmPlaces(clock, () => this.#wake());
    this.#results = new GroupResults(group, options, progress);
    options.starts.onSettled(() => this.#wake());
    this.#deadline = deadline.partUntil(this.#enough.signal);
    this.#warmer = new MachineWarmer(options, { ...tools, deadline: this.#deadline });
  }

  async run(): Promise<GroupOutcome> {
    for (this.#fill(); this.#goesOn; this.#fill()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (this.#thrown !== undefined) throw this.#thrown.thrown;
    }
    const lack = this.#lack;
    const why = this.#whyLeft(lack);
    for (const [candidate, found] of this.#queue.rest) this.#results.leave(candidate, found, why);
    return {
      group: this.#group,
      ready: this.#results.ready,
      lack,
      machines: this.#results.all(),
      times: this.#warmer.times,
      warnings: this.#results.warnings,
    };
  }

  /** Number of candidates that could be begun beside those that are worked on. */
  get #free(): number {
    return this.#group.need - this.#results.ready - this.#places.taken;
  }

  get #isOver(): boolean {
    return this.#deadline.signal.aborted;
  }

  /** Reason why nothing more is begun after a failure; undefined where something may be. */
  get #halted(): string | undefined {
    return this.#tools.halt?.reason;
  }

  /** True while work goes on, or may go on again: other groups may give starts back. */
  get #goesOn(): boolean {
    if (!this.#places.isIdle) return true;
    const mayBegin = !this.#isOver && this.#halted === undefined;
    return mayBegin && this.#free > 0 && !this.#queue.isEmpty && this.#options.starts.isOpen;
  }

  get #lack(): GroupOutcome['lack'] {
    if (this.#results.isComplete) return undefined;
    if (this.#isOver) return 'time';
    if (this.#halted !== undefined) return 'leave';
    return this.#queue.isEmpty ? 'machines' : 'limit';
  }

  #whyLeft(lack: GroupOutcome['lack']): string {
    if (lack === undefined) return `not needed: ${this.#results.without}`;
    if (lack === 'leave') return this.#halted ?? '';
    return lack === 'time' ? 'the step ended before its turn' : limitReached(this.#options.starts.limit);
  }

  /** Begins a candidate for each free place; one that is late loses its place as soon as another can take it. */
  #fill(): void {
    while (!this.#isOver && this.#halted === undefined) {
      const late = this.#free > 0 ? undefined : this.#places.late;
      if (this.#free <= 0 && late === undefined) return;
      const next = this.#queue.next();
      if (next === undefined) return;
      if (late !== undefined) {
        const after = formatDuration(this.#places.pass(late));
        this.#tools.progress.tell(late.machine, `not ready after ${after}; the next is begun beside it`);
      }
      this.#take(next).catch((thrown: unknown) => {
        this.#thrown = { thrown };
        this.#wake();
      });
    }
  }

  async #take(candidate: Candidate): Promise<void> {
    const { settle, isProbed } = this.#options;
    const { ms: pause } = pauseFor(settle, { isOurs: candidate.kind === 'change', isProven: isProbed });
    this.#places.enter(candidate, { left: this.#deadline.left, pause });
    const canPutOff =
      candidate.kind === 'change' &&
      this.#options.leases.onLease === 'wait' &&
      this.#queue.untried > this.#free;
    const result = await this.#warmer.warm(candidate, canPutOff);
    const hadPlace = this.#places.leave(candidate);
    if (canPutOff && result.outcome === 'skipped') this.#queue.putOff(candidate, result);
    else if (this.#results.settle(candidate, result, hadPlace)) this.#stopOthers();
    if (!this.#results.isComplete) this.#tools.halt?.note(result);
    this.#wake();
  }

  /** Ends the work on the others once enough are ready. */
  #stopOthers(): void {
    const { ready } = this.#results;
    const others = ready === 1 ? 'another was' : `${ready} others were`;
    const hint = 'The step no longer waits for it; `fly logs` may show why it is slow.';
    this.#enough.abort(new ActionError('timeout', `not ready before ${others}`, { hint }));
  }
}
