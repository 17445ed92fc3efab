import { ActionError, asActionError } from '../../errors.js';
import { hasChecks, isSilent, waitForChecks } from '../../machines/checks.js';
import type { Machine } from '../../machines/machine/machine.js';
import { TRANSITIONS } from '../../machines/transitions.js';
import { formatDuration, joined } from '../../text.js';
import { attempted } from '../engine/attempt.js';
import type { Watch } from '../engine/change-request.js';
import type { Task } from '../engine/command-spec.js';
import type { LeaseOptions } from '../engine/leasing.js';
import { MachineChanger } from '../engine/machine-changer.js';
import { silence } from '../engine/prove.js';
import type { RestoreKeeper } from '../engine/restore-record.js';
import type { SentRequests } from '../engine/sent-requests.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { KeepAlive } from '../keep-alive/keep-alive.js';
import { withMark } from '../keep-alive/options.js';
import type { AppMachine } from '../result/app-machine.js';
import { factsIn, failedAtOnce, type MachineResult, untouched } from '../result/result.js';
import type { Candidate } from './plan.js';
import type { StartBudget } from './queue.js';

/** Time that one machine took since its turn came, in milliseconds. */
export interface StartTimes {
  readonly started: number;
  readonly ready: number;
}

/** Options of the work on each machine. */
export interface WarmOptions {
  readonly leases: LeaseOptions;
  /** Budget from which each start has been taken already. */
  readonly starts: StartBudget;
  /** Requests of the step. */
  readonly requests: SentRequests;
  /** Looks again at a machine that is begun later than it was listed. */
  readonly recheck: Watch['recheck'];
  readonly against: Task['against'];
  readonly keeper: RestoreKeeper | undefined;
  readonly keepAlive: KeepAlive | undefined;
  /** Time by the clock at which the work on all began. */
  readonly origin: number;
}

const NO_CHECKS = 'has no health checks, so started counts as ready';

/** Returns the error of a machine that did its work and ended: it never becomes ready, however well that went. */
function endedBefore({ machine: { id }, reason }: MachineResult): ActionError {
  const hint =
    "A machine that runs once and ends can't be kept warm: leave it out with `exclude` or a filter.";
  return new ActionError('wrong state', `machine ${id} ${reason}`, { hint });
}

/** Worker that brings machines to be started and ready, one by one. */
export class MachineWarmer {
  /** Times of the machines that were started here and became ready. */
  readonly times: StartTimes[] = [];
  readonly #options: WarmOptions;
  /** Machines as they were read back after their starts. */
  readonly #now = new Map<AppMachine, Machine>();
  readonly #tools: WorkTools;
  readonly #starter: MachineChanger;
  /** Changer that doesn't wait for leases of other clients. */
  readonly #impatient: MachineChanger;

  constructor(options: WarmOptions, tools: WorkTools) {
    this.#options = options;
    this.#tools = tools;
    const { leases, requests, recheck } = options;
    const starter = (its: LeaseOptions) =>
      new MachineChanger(
        TRANSITIONS.start,
        {
          ...its,
          wishes: {},
          wait: true,
          requests,
          recheck,
          // We put back the state before the start, and the list may show an older one.
          isWary: options.keeper !== undefined,
          readBack: (machine, now) => this.#now.set(machine, now),
        },
        tools,
      );
    this.#starter = starter(leases);
    this.#impatient = starter({ ...leases, onLease: 'skip' });
  }

  /**
   * Warms one machine; never throws. `changed` and `unchanged` are ready, everything else is not. Where it `isImpatient`,
   * the lease of another client is not waited for, and the result is `skipped`.
   */
  async warm({ kind, machine }: Candidate, isImpatient: boolean): Promise<MachineResult> {
    const { keeper, keepAlive, origin, starts, requests, against } = this.#options;
    const { clock, deadline } = this.#tools;
    const begun = clock.now();
    try {
      // The record ignores a machine that it already has.
      await keeper?.before([{ kind: kind === 'ready' ? 'await' : kind, machine }]);
    } catch (thrown) {
      starts.settle(false);
      return failedAtOnce(machine, asActionError(thrown));
    }
    const starter = isImpatient ? this.#impatient : this.#starter;
    const isUp = machine.state === 'started';
    const up = isUp
      ? untouched(machine, 'unchanged', 'already started')
      : await starter.carryOut(
          { kind: kind === 'change' ? kind : ('await' as const), machine, against },
          origin,
        );
    // We settle before the checks, so that no group waits for a start that was used.
    if (kind === 'change') starts.settle(requests.has(machine));
    if (up.outcome !== 'changed' && up.outcome !== 'unchanged') return up;
    if (up.state !== 'started')
      return { ...factsIn(up), outcome: 'failed', reason: '', error: endedBefore(up) };
    const started = clock.now() - begun;
    if (kind === 'change') keeper?.after(up);
    // We mark it beside its checks: those take time, in which another job's end must not stop the machine.
    const holds = keepAlive?.set(machine, { signal: deadline.signal });
    const states = [machine, this.#now.get(machine) ?? machine];
    const isChecked = states.some((it) => hasChecks(it) || isSilent(it));
    const checked = kind === 'ready' || !isChecked ? undefined : await this.#checked(up);
    const durationMs = clock.now() - begun;
    const held = (await holds) ?? { reason: '' };
    const spans = [...(up.spans ?? []), ...(checked?.spans ?? [])];
    const isOurs = up.outcome === 'changed';
    const startedAfter = isOurs ? `started after ${formatDuration(started)}` : '';
    if (checked?.outcome === 'failed') {
      const failed: MachineResult = { ...checked, reason: startedAfter, durationMs, spans };
      if (keepAlive?.isNeeded(deadline.signal) !== false) return withMark(failed, held);
      await keepAlive.clear(machine);
      return failed;
    }
    if (isOurs) this.times.push({ started, ready: durationMs });
    const readyAfter = `ready after ${formatDuration(durationMs)}`;
    const story = checked === undefined ? `${up.reason} and ready` : `${up.reason}, ${readyAfter}`;
    const reason = joined(
      isOurs ? `${startedAfter}, ${readyAfter}` : story,
      isChecked ? (checked?.reason ?? '') : NO_CHECKS,
    );
    return withMark({ ...up, state: checked?.state ?? up.state, reason, durationMs, spans }, held);
  }

  /** Waits for the checks of a machine that is up. */
  #checked({ machine, state }: MachineResult): Promise<MachineResult> {
    const { client, clock, deadline, progress } = this.#tools;
    const { origin } = this.#options;
    return attempted({ machine, clock, origin }, async (attempt) => {
      attempt.state = state;
      attempt.enter('checks');
      const seen = (read: Machine) => {
        attempt.state = read.state;
      };
      const areAll = await waitForChecks({ client, clock }, { machine, deadline, seen });
      return attempt.end({ outcome: 'unchanged', reason: areAll ? '' : silence(machine, progress) });
    });
  }
}
