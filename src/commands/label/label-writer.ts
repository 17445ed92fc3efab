import { ActionError } from '../../errors.js';
import { IN_BETWEEN } from '../../machines/api/refusal-table.js';
import { Refusal } from '../../machines/api/refusals.js';
import { hasDoneNothing, isTrouble } from '../../machines/fate.js';
import { ForeignLease, isLease } from '../../machines/lease/foreign.js';
import { Gone, isGone, readOrGone } from '../../machines/look.js';
import { FRESH_MS } from '../../machines/look-before.js';
import { atTheEnd } from '../../machines/request-change.js';
import { enumerated } from '../../text.js';
import type { Attempt } from '../engine/attempt.js';
import { ChangeCalledOff, callOffIf } from '../engine/called-off.js';
import type { Task } from '../engine/command-spec.js';
import type { Leasing } from '../engine/leasing.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { AppMachine } from '../result/app-machine.js';
import { type Label, lacking } from './labels.js';

/** Times that labels are written in all, since a deploy or another client may write over them. */
const MOST_ROUNDS = 3;
/** Pause before they are written again, in milliseconds. */
const ROUND_PAUSE_MS = 1_000;
/** Pause before the next look at what stands in the way, in milliseconds. */
const RETRY_PAUSE_MS = 5_000;

/** Reason of a machine that got its labels without us. */
export const SO_MEANWHILE = 'became so meanwhile';

/** Machine to be labelled. */
export interface LabelWork extends Pick<Task, 'against'> {
  readonly attempt: Attempt;
  readonly labels: readonly Label[];
}

/** Writer of the labels of one machine. */
export class LabelWriter {
  /** Keys that were written, or may have been. */
  readonly written = new Set<string>();
  readonly #work: LabelWork;
  readonly #leasing: Leasing;
  readonly #tellHolder: ReturnType<Leasing['teller']>;
  readonly #tools: WorkTools;
  #now: AppMachine;
  /** Time of the last reading; undefined where it doesn't count any more. */
  #seenAt: number | undefined;

  constructor(work: LabelWork, leasing: Leasing, tools: WorkTools) {
    this.#work = work;
    this.#leasing = leasing;
    this.#tellHolder = leasing.teller(work.attempt);
    this.#tools = tools;
    this.#now = work.attempt.machine;
    this.#seenAt = this.#now.seenAt;
  }

  /** Machine as last read. */
  get now(): AppMachine {
    return this.#now;
  }

  /**
   * Writes what is lacking until the machine is read back with all labels. What is missing then is written again, and so
   * is what got no answer: writing it twice does no harm. Throws a `ChangeCalledOff` where nothing is to be written.
   */
  async run(): Promise<void> {
    const { attempt, labels } = this.#work;
    const { signal } = this.#tools.deadline;
    for (let round = 1; ; round += 1) {
      let trouble: unknown;
      try {
        for (const label of lacking(this.#now, labels)) await this.#write(label);
      } catch (error) {
        // Fly may not know a key that is to be removed, or for a moment its machine: reading it tells.
        if (signal.aborted || !(isTrouble(error) || isGone(error))) throw error;
        trouble = error;
      }
      attempt.enter('state');
      await this.#readBack();
      const left = lacking(this.#now, labels);
      if (left.length === 0) return;
      if (round === MOST_ROUNDS) throw trouble ?? unkept(this.#now, left);
      await this.#pause(ROUND_PAUSE_MS, trouble);
    }
  }

  /** Writes one label, once nothing that passes stands in the way. */
  async #write({ key, value }: Label): Promise<void> {
    const { attempt } = this.#work;
    const { client, deadline, halt } = this.#tools;
    const { signal } = deadline;
    const wasWritten = this.written.has(key);
    const undone = () => {
      if (!wasWritten) this.written.delete(key);
    };
    const before = [
      undone,
      () => attempt.enter('request'),
      (limited: AbortSignal) => this.#look(limited),
      // What is begun is brought to its end.
      () => (this.written.size > 0 ? undefined : halt?.check(signal)),
      () => void this.written.add(key),
    ];
    for (;;) {
      attempt.enter('turn');
      try {
        return await client.setMetadata(
          attempt.machine,
          { key, value, asChange: { before, undone } },
          signal,
        );
      } catch (error) {
        if (hasDoneNothing(error)) undone();
        if (signal.aborted || !(await this.#passes(error))) throw error;
        // What was read before it may be why.
        this.#seenAt = undefined;
        attempt.enter(isLease(error) ? 'lease' : 'state');
        await this.#pause(RETRY_PAUSE_MS, error);
      }
    }
  }

  /** Looks at the machine before a request; before the first, at whether it is still to be labelled. */
  async #look(signal: AbortSignal): Promise<void> {
    const { attempt, against, labels } = this.#work;
    const { clock, now } = this.#tools;
    if (this.#seenAt === undefined || clock.now() - this.#seenAt > FRESH_MS) await this.#read(signal);
    // Our own labels may be what the filters go by.
    if (this.written.size === 0) {
      attempt.before = this.#now;
      callOffIf(against?.(this.#now));
      if (lacking(this.#now, labels).length === 0) throw new ChangeCalledOff(SO_MEANWHILE, 'unchanged');
    }
    const { holder } = this.#now;
    if (holder !== undefined && holder.until > (now?.() ?? clock.now())) throw new ForeignLease(holder);
  }

  /** Returns whether what stands in the way passes, and is worth waiting for. */
  async #passes(error: unknown): Promise<boolean> {
    if (isLease(error)) {
      if (this.#leasing.waits) this.#tellHolder(error);
      return this.#leasing.waits;
    }
    if (!(error instanceof Refusal)) return false;
    if (error.passes || error.class !== 'wrong state') return error.passes;
    await this.#read(this.#tools.deadline.signal);
    return IN_BETWEEN.has(this.#now.state);
  }

  /** Reads the machine, and sits out trouble of Fly's. */
  async #readBack(): Promise<void> {
    const { signal } = this.#tools.deadline;
    for (;;) {
      try {
        return await this.#read(signal);
      } catch (error) {
        if (signal.aborted || !isTrouble(error)) throw error;
        await this.#pause(RETRY_PAUSE_MS, error);
      }
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { attempt } = this.#work;
    const { client, clock } = this.#tools;
    const now = await readOrGone({ client, clock }, attempt.machine, signal, { leases: true });
    if (now instanceof Gone) throw now;
    attempt.state = now.state;
    this.#now = { ...attempt.machine, ...now };
    this.#seenAt = clock.now();
  }

  #pause(ms: number, why: unknown): Promise<void> {
    const { clock, deadline } = this.#tools;
    return clock.sleep(ms, deadline.signal).catch((end: unknown) => {
      throw atTheEnd(end, why);
    });
  }
}

/** Returns the error of a machine whose labels were taken and are not there. */
function unkept({ id }: AppMachine, left: readonly Label[]): ActionError {
  const keys = enumerated(left.map(({ key }) => key));
  const message = `metadata ${keys} of machine ${id} was written ${MOST_ROUNDS} times, and is not there as written`;
  return new ActionError('wrong state', message, {
    hint: 'Another client, perhaps a deploy, writes over it: run the job again afterwards, or share a `concurrency` group with it.',
  });
}
