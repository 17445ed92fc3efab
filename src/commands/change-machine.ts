import { hasChecks, waitForChecks } from '../machines/checks.js';
import type { Goal } from '../machines/goal.js';
import type { Machine } from '../machines/machine.js';
import { isLease } from '../machines/request-change.js';
import type { Transition, TransitionOptions } from '../machines/transitions.js';
import { waitForGoal } from '../machines/wait-for-goal.js';
import { Attempt } from './attempt.js';
import type { Doing, WorkTools } from './engine.js';
import { holderOf, type LeaseOptions, Leasing } from './leasing.js';
import type { MachineResult } from './result.js';
import { type Sent, sendChange } from './send-change.js';

/** How carefully machines are changed. */
export interface ChangeOptions extends LeaseOptions {
  readonly wishes: TransitionOptions;
  /** Until the state is read back, until the health checks pass too, or not at all. */
  readonly wait: boolean | 'checks';
}

/** Changes machines, all by the same transition and under the same options. */
export class MachineChanger {
  readonly #transition: Transition;
  readonly #options: ChangeOptions;
  readonly #tools: WorkTools;
  readonly #leasing: Leasing;

  constructor(transition: Transition, options: ChangeOptions, tools: WorkTools) {
    this.#transition = transition;
    this.#options = options;
    this.#tools = tools;
    this.#leasing = new Leasing(options, tools);
  }

  /** Changes one machine, or waits for one that is on its way; never throws. `origin` is when the work on all began. */
  async carryOut({ kind, machine }: Doing, origin: number): Promise<MachineResult> {
    const { wishes, wait, onLease } = this.#options;
    const attempt = new Attempt(machine, this.#tools.clock, origin);
    const goal = this.#transition.goal(machine, wishes);
    try {
      if (kind === 'await') {
        const note = await this.#proof(attempt, goal);
        return attempt.end('unchanged', { reason: note || `${machine.state} already` });
      }
      const done = await this.#leasing.hold(attempt, async (nonce) => {
        const sent = await this.#send(attempt, goal, nonce);
        attempt.sent = `the ${this.#transition.verb} was sent`;
        const reason = await this.#proof(attempt, goal);
        return { ...sent, reason: sent.reason || reason };
      });
      return attempt.end(wait === false ? 'requested' : 'changed', done);
    } catch (thrown) {
      if (onLease === 'skip' && isLease(thrown)) return attempt.end('skipped', { reason: holderOf(thrown) });
      return attempt.fail(thrown);
    }
  }

  #send(attempt: Attempt, goal: Goal, nonce: string | undefined): Promise<Sent> {
    const { wishes, onLease } = this.#options;
    const sending = {
      ...{ transition: this.#transition, wishes, goal, nonce },
      waitsForLease: onLease === 'wait',
      refused: this.#leasing.teller(attempt),
    };
    return sendChange(attempt, sending, this.#tools);
  }

  /** Waits as long as the options want; returns what there is to say of that. */
  async #proof(attempt: Attempt, goal: Goal): Promise<string> {
    const { wait } = this.#options;
    const { machine } = attempt;
    const { deadline } = this.#tools;
    if (wait === false) return '';
    attempt.enter('state');
    const seen = (read: Machine) => {
      attempt.state = read.state;
    };
    const { verb } = this.#transition;
    const wanted = { machine, goal, verb, version: machine.instanceId, deadline, seen };
    attempt.state = await waitForGoal(this.#tools, wanted);
    if (wait !== 'checks') return '';
    if (!hasChecks(machine)) return 'has no health checks to wait for';
    attempt.enter('checks');
    await waitForChecks(this.#tools, { machine, deadline, seen });
    return '';
  }
}
