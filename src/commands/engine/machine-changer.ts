import { isLease } from '../../machines/lease/foreign.js';
import type { HeldLease } from '../../machines/lease/held.js';
import { GONE_STATE } from '../../machines/look.js';
import type { Transition, TransitionOptions } from '../../machines/transitions.js';
import { joined } from '../../text.js';
import { marksOf } from '../marks/mark.js';
import type { Unmarker } from '../marks/unmarker.js';
import { type MachineResult, untouched } from '../result/result.js';
import { Attempt } from './attempt.js';
import { ChangeCalledOff } from './called-off.js';
import type { ChangeRequest, OngoingChange, Watch } from './change-request.js';
import type { Task } from './command-spec.js';
import { goneMeanwhile } from './gone.js';
import { type LeaseOptions, Leasing, refusedLease } from './leasing.js';
import { type Proof, prove } from './prove.js';
import { type SendOutcome, sendChange } from './send.js';
import { SentRequests } from './sent-requests.js';
import type { WorkTools } from './work-tools.js';

/** Remark on a machine that this step has stopped. */
const DESTROYED = 'a stop destroys it for good (`auto_destroy`)';

/** Options of a change: what to ask for, how carefully, and what to wait for. */
export interface ChangeOptions extends LeaseOptions, Watch, Proof {
  readonly wishes: TransitionOptions;
  /** Taker of marks off machines that are where they should be; absent: they stay. */
  readonly unmarker?: Unmarker | undefined;
}

/** Changer of machines, all by the same transition and under the same options. */
export class MachineChanger {
  readonly request: ChangeRequest;
  readonly #options: ChangeOptions;
  readonly #tools: WorkTools;

  constructor(transition: Transition, options: ChangeOptions, tools: WorkTools) {
    const { wishes, recheck, marker, requests = new SentRequests() } = options;
    // What a mark replaces must be known.
    const isWary = options.isWary === true || marker !== undefined;
    const leasing = new Leasing(options, tools);
    this.request = { transition, wishes, recheck, marker, isWary, requests, leasing };
    this.#options = options;
    this.#tools = tools;
  }

  /** Changes one machine, or waits for one that is on its way; never throws. `origin` is when the work on all began. */
  readonly carryOut = async (task: Task, origin: number): Promise<MachineResult> => {
    const { kind, machine } = task;
    const { unmarker } = this.#options;
    const { marker, requests } = this.request;
    const change = this.begin(task, origin);
    const { attempt, deadline } = change;
    const call = { nonce: undefined, signal: deadline.signal };
    if (kind === 'await' && task.reached !== undefined) {
      const there = untouched(machine, 'unchanged', task.reached);
      return unmarker === undefined ? there : unmarker.takeOff(there, machine, call);
    }
    let lease: HeldLease | undefined;
    try {
      if (kind === 'await') {
        const note = await this.prove(change);
        return attempt.end({ outcome: 'unchanged', reason: note || `${machine.state} already` });
      }
      lease = await this.request.leasing.take(attempt, deadline.signal);
      const held = { ...call, nonce: lease?.nonce };
      const sent = await sendChange(change, lease?.nonce, this.request, this.#tools);
      const note = await this.prove(change, lease?.nonce);
      const { read: up } = attempt;
      const read = up && sent.isOurs && marker !== undefined ? await marker.check(machine, up, held) : up;
      const result = this.end(change, sent, note);
      if (read === undefined) return result;
      // What another client has changed loses our mark again.
      const marked = marker === undefined || !sent.isOurs ? result : { ...result, marks: marksOf(read) };
      return unmarker === undefined ? marked : unmarker.takeOff(marked, read, held);
    } catch (thrown) {
      const told = await this.request.leasing.described(attempt, thrown);
      const result = this.#failed(task, change, told);
      // Before the lease is given back, which takes time. What ends with its time is told by who gave it that.
      if (!deadline.signal.aborted) this.#tools.halt?.note(result);
      return result;
    } finally {
      if (!requests.has(machine)) await marker?.takeBack(machine, { ...call, nonce: lease?.nonce });
      await lease?.release();
    }
  };

  begin(
    { machine, against, deadline = this.#tools.deadline }: Pick<Task, 'machine' | 'against' | 'deadline'>,
    origin: number,
  ): OngoingChange {
    const { transition, wishes } = this.request;
    const goal = transition.goal(machine, wishes);
    return { attempt: new Attempt(machine, this.#tools.clock, origin), goal, against, deadline };
  }

  /** Waits as long as the options want; returns what there is to say of that. Throws where the machine doesn't get there. */
  prove(change: OngoingChange, nonce?: string): Promise<string> {
    const { verb } = this.request.transition;
    return prove(change, nonce, { ...this.#options, verb }, this.#tools);
  }

  /** Returns the result of a change that went well. */
  end({ attempt, goal }: OngoingChange, sent: SendOutcome, note: string): MachineResult {
    const { isOurs, reason, instead } = sent;
    if (isOurs) {
      const isGone = attempt.state === GONE_STATE && attempt.before.autoDestroy;
      return attempt.end({
        outcome: this.#options.wait === false ? 'requested' : 'changed',
        ...(instead !== undefined && { instead }),
        reason: reason || note || (isGone ? DESTROYED : ''),
      });
    }
    const became = `became ${goal.awaited.length > 0 ? attempt.state : goal.target} meanwhile`;
    return attempt.end({ outcome: 'unchanged', reason: joined(became, note) });
  }

  /** Returns the result of a change by what was thrown; a machine that is gone fails only where the step names it. */
  #failed(
    { machine, isNamed = false }: Task,
    { attempt, goal }: OngoingChange,
    thrown: unknown,
  ): MachineResult {
    const { transition, requests } = this.request;
    const isSent = requests.has(machine);
    const lost = isSent ? `a ${transition.verb} was sent before, and its answer was lost` : '';
    if (isLease(thrown)) attempt.note = joined(attempt.note, lost);
    if (this.#options.onLease === 'skip' && isLease(thrown))
      // A restart that was sent may have taken it down, and nobody has seen it come back.
      return isSent && goal.isAnew === true
        ? attempt.fail(thrown)
        : attempt.end({ outcome: 'skipped', reason: refusedLease(thrown) });
    if (thrown instanceof ChangeCalledOff)
      return attempt.end({ outcome: thrown.outcome, reason: joined(thrown.message, lost) });
    const gone = goneMeanwhile(attempt, thrown);
    if (gone !== undefined && goal.isGoneFine)
      return attempt.end({ outcome: 'unchanged', reason: `became ${attempt.state} meanwhile` });
    if (gone !== undefined && !isNamed) return attempt.end({ outcome: 'skipped', reason: gone });
    return attempt.fail(thrown);
  }
}
