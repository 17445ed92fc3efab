import { ActionError } from '../../errors.js';
import { hasChecks, isSilent, waitForChecks } from '../../machines/checks.js';
import type { Goal } from '../../machines/goal.js';
import { GONE, Gone } from '../../machines/look.js';
import { leaving } from '../../machines/machine/guards.js';
import type { Machine } from '../../machines/machine/machine.js';
import { isLease } from '../../machines/request-change.js';
import type { Transition, TransitionOptions } from '../../machines/transitions.js';
import { waitForGoal } from '../../machines/wait-for-goal.js';
import { joined } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { MachineResult } from '../result/result.js';
import { Attempt } from './attempt.js';
import { ChangeCalledOff } from './called-off.js';
import type { Task } from './command-spec.js';
import { holderOf, type LeaseOptions, Leasing } from './leasing.js';
import { type SendOutcome, sendChange, type Watch } from './send.js';
import { SentRequests } from './sent-requests.js';
import type { Progress, WorkTools } from './work-tools.js';

/** Of a machine that was there when it was listed. */
const GONE_MEANWHILE = 'gone: somebody has destroyed it meanwhile';
const ENDED_MEANWHILE =
  'gone: it is destroyed when it stops (`auto_destroy`), and it has stopped, or somebody has destroyed it meanwhile';

/** Of a machine that this step has stopped. */
const DESTROYED = 'a stop destroys it for good (`auto_destroy`)';

/**
 * Why nothing can be done any more with a machine that was there when it was listed, by what was thrown and read, which its
 * state tells then, too; undefined where it can.
 */
export function goneMeanwhile(attempt: Attempt, thrown: unknown): string | undefined {
  if (thrown instanceof Gone) {
    attempt.state = GONE;
    return attempt.before.autoDestroy ? ENDED_MEANWHILE : GONE_MEANWHILE;
  }
  const isRefused = thrown instanceof ActionError && thrown.class === 'wrong state';
  return isRefused && attempt.sent === undefined ? leaving(attempt) : undefined;
}

/** How carefully machines are changed. */
export interface ChangeOptions extends LeaseOptions, Watch {
  readonly wishes: TransitionOptions;
  /** Until the state is read back, until the health checks pass too, or not at all. */
  readonly wait: boolean | 'checks';
  /** Told of each machine once it has been read back. */
  readonly readBack?: (machine: AppMachine, now: Machine) => void;
  /** What else is done while checks are waited for, under our lease if there is one. Never throws. */
  readonly besideChecks?: (machine: AppMachine, nonce: string | undefined) => Promise<void>;
}

/** A change of one machine that is going on. */
export interface OngoingChange {
  readonly attempt: Attempt;
  readonly goal: Goal;
  readonly against?: Task['against'];
}

/** What there is to say of a machine whose containers tell nothing, beside a warning. */
export function silence({ id }: AppMachine, { warn }: Pick<Progress, 'warn'>): string {
  const what = 'nothing is reported of the health checks of its containers';
  warn(`Machine ${id}: ${what}, so that they can't be waited for; a probe may tell instead (\`warm-up\`).`);
  return what;
}

/** Changes machines, all by the same transition and under the same options. */
export class MachineChanger {
  readonly #transition: Transition;
  readonly #options: ChangeOptions;
  readonly #tools: WorkTools;
  readonly #leasing: Leasing;
  readonly #requests: SentRequests;

  constructor(transition: Transition, options: ChangeOptions, tools: WorkTools) {
    this.#transition = transition;
    this.#options = options;
    this.#tools = tools;
    this.#leasing = new Leasing(options, tools);
    this.#requests = options.requests ?? new SentRequests();
  }

  /** Changes one machine, or waits for one that is on its way; never throws. `origin` is when the work on all began. */
  async carryOut(doing: Task, origin: number): Promise<MachineResult> {
    const { kind, machine } = doing;
    const one = { ...this.begin(machine, origin), against: doing.against };
    const { attempt } = one;
    try {
      if (kind === 'await') {
        const note = await this.prove(one);
        return attempt.end('unchanged', { reason: note || `${machine.state} already` });
      }
      const [sent, note] = await this.#leasing.hold(attempt, async (nonce) => {
        const answer = await this.send(one, nonce);
        return [answer, await this.prove(one, nonce)];
      });
      return this.end(one, sent, note);
    } catch (thrown) {
      const { onLease } = this.#options;
      if (onLease === 'skip' && isLease(thrown)) return attempt.end('skipped', { reason: holderOf(thrown) });
      if (thrown instanceof ChangeCalledOff) {
        const sent = `a ${this.#transition.verb} was sent before, and its answer was lost`;
        const reason = joined(thrown.message, this.#requests.has(machine) ? sent : '');
        return attempt.end(thrown.outcome, { reason });
      }
      const gone = goneMeanwhile(attempt, thrown);
      if (gone !== undefined && one.goal.isGoneFine)
        return attempt.end('unchanged', { reason: `became ${attempt.state} meanwhile` });
      if (gone !== undefined && doing.isNamed !== true) return attempt.end('skipped', { reason: gone });
      return attempt.fail(thrown);
    }
  }

  begin(machine: AppMachine, origin: number): OngoingChange {
    const goal = this.#transition.goal(machine, this.#options.wishes);
    return { attempt: new Attempt(machine, this.#tools.clock, origin), goal };
  }

  /** Sends the change until Fly has taken it on, or the machine is on its way by somebody else. Throws where neither comes. */
  async send({ attempt, goal, against }: OngoingChange, nonce?: string): Promise<SendOutcome> {
    const { wishes, onLease } = this.#options;
    const sending = {
      ...{ transition: this.#transition, wishes, goal, nonce },
      waitsForLease: onLease === 'wait',
      refused: this.#leasing.teller(attempt),
      watch: { ...this.#options, against, requests: this.#requests },
    };
    const sent = await sendChange(attempt, sending, this.#tools);
    if (sent.isOurs) attempt.sent = `the ${this.#transition.verb} was sent`;
    return sent;
  }

  /** Waits as long as the options want; returns what there is to say of that. Throws where the machine doesn't get there. */
  async prove({ attempt, goal }: OngoingChange, nonce?: string): Promise<string> {
    const { wait, besideChecks, readBack } = this.#options;
    const { machine, before } = attempt;
    const { deadline } = this.#tools;
    if (wait === false) return '';
    attempt.enter('state');
    let now: Machine = before;
    const seen = (read: Machine) => {
      now = read;
      attempt.state = read.state;
    };
    let ended = '';
    const done = (what: string) => {
      ended = what;
    };
    const { verb } = this.#transition;
    const wanted = { machine, goal, verb, version: before.instanceId, deadline, seen, done };
    attempt.state = await waitForGoal(this.#tools, wanted);
    readBack?.(machine, now);
    if (wait !== 'checks' || ended !== '') return ended;
    if (!hasChecks(machine) && !hasChecks(now) && !isSilent(now)) return 'has no health checks to wait for';
    attempt.enter('checks');
    const beside = besideChecks?.(machine, nonce);
    try {
      const areAll = await waitForChecks(this.#tools, { machine, deadline, before: before.checks, seen });
      return areAll ? '' : silence(machine, this.#tools.progress);
    } finally {
      await beside;
    }
  }

  /** The result of a change that went well. */
  end(
    { attempt, goal }: OngoingChange,
    { isOurs, reason, ...sent }: SendOutcome,
    note: string,
  ): MachineResult {
    if (isOurs) {
      const outcome = this.#options.wait === false ? 'requested' : 'changed';
      const isGone = attempt.state === GONE && attempt.before.autoDestroy;
      return attempt.end(outcome, { ...sent, reason: reason || note || (isGone ? DESTROYED : '') });
    }
    const became = `became ${goal.awaited.length > 0 ? attempt.state : goal.target} meanwhile`;
    return attempt.end('unchanged', { reason: note === '' ? became : `${became}; ${note}` });
  }
}
