import { asActionError } from '../../errors.js';
import { hasChecks, isSilent } from '../../machines/checks.js';
import type { Machine } from '../../machines/machine/machine.js';
import { TRANSITIONS } from '../../machines/transitions.js';
import { formatDuration, joined } from '../../text.js';
import type { Watch } from '../engine/change-request.js';
import type { Task } from '../engine/command-spec.js';
import type { LeaseOptions } from '../engine/leasing.js';
import { MachineChanger } from '../engine/machine-changer.js';
import type { RestoreKeeper } from '../engine/restore-record.js';
import type { SentRequests } from '../engine/sent-requests.js';
import { type Pause, pauseFor, type Settle, type SettleFacts } from '../engine/settling.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { KeepAlive } from '../keep-alive/keep-alive.js';
import { withHold } from '../keep-alive/options.js';
import type { Unmarker } from '../marks/unmarker.js';
import type { AppMachine } from '../result/app-machine.js';
import { factsIn, failedAtOnce, type MachineResult } from '../result/result.js';
import type { Candidate } from './plan.js';
import type { StartBudget } from './queue.js';
import { notReady, proveReady } from './readiness.js';

/** Time that one machine took since its turn came, in milliseconds. */
export interface StartTimes {
  readonly started: number;
  readonly ready: number;
}

/** Options of the work on each machine. */
export interface WarmOptions {
  readonly leases: LeaseOptions;
  readonly settle: Settle;
  /** True where a probe will tell whether the app is well. */
  readonly isProbed: boolean;
  /** Budget from which each start has been taken already. */
  readonly starts: StartBudget;
  /** Requests of the step. */
  readonly requests: SentRequests;
  /** Looks again at a machine that is begun later than it was listed. */
  readonly recheck: Watch['recheck'];
  readonly against: Task['against'];
  readonly keeper: RestoreKeeper | undefined;
  readonly keepAlive: KeepAlive | undefined;
  readonly unmarker: Unmarker | undefined;
  /** Time by the clock at which the work on all began. */
  readonly origin: number;
}

const NO_CHECKS = 'has no health checks, so started counts as ready';

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
    const { leases, requests, recheck, unmarker } = options;
    const starter = (its: LeaseOptions) =>
      new MachineChanger(
        TRANSITIONS.start,
        {
          ...its,
          wishes: {},
          wait: true,
          requests,
          recheck,
          unmarker,
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
    const task: Task =
      machine.state === 'started'
        ? { kind: 'await', machine, reached: 'already started' }
        : { kind: kind === 'change' ? kind : 'await', machine, against };
    const up = await starter.carryOut(task, origin);
    // We settle before the checks, so that no group waits for a start that was used.
    if (kind === 'change') starts.settle(requests.has(machine));
    if (up.outcome !== 'changed' && up.outcome !== 'unchanged') return up;
    if (up.state !== 'started')
      return { ...factsIn(up), outcome: 'failed', reason: '', error: notReady(machine.id, up.reason) };
    const started = clock.now() - begun;
    if (kind === 'change') keeper?.after(up);
    // We hold it beside what follows: that takes time, in which another job's end must not stop the machine.
    const holds = keepAlive?.set(machine, { signal: deadline.signal });
    const isOurs = up.outcome === 'changed';
    const now = this.#now.get(machine) ?? machine;
    const isChecked = [machine, now].some((it) => hasChecks(it) || isSilent(it));
    const wish = {
      now,
      isChecked: isChecked && kind !== 'ready',
      pause: (isProven: boolean) => this.#pause({ isOurs, isProven }),
      origin,
    };
    const { result: proven, at } = await proveReady(up, wish, this.#tools);
    const durationMs = clock.now() - begun;
    const held = (await holds) ?? { reason: '' };
    const spans = [...(up.spans ?? []), ...(proven.spans ?? [])];
    const startedAfter = isOurs ? `started after ${formatDuration(started)}` : '';
    if (proven.outcome === 'failed') {
      const failed: MachineResult = { ...proven, reason: startedAfter, durationMs, spans };
      if (keepAlive?.isNeeded(deadline.signal) !== false) return withHold(failed, held);
      await keepAlive.clear(machine);
      return failed;
    }
    const ready = at - begun;
    if (isOurs) this.times.push({ started, ready });
    const readyAfter = `ready after ${formatDuration(ready)}`;
    const story = wish.isChecked ? `${up.reason}, ${readyAfter}` : `${up.reason} and ready`;
    const reason = joined(
      isOurs ? `${startedAfter}, ${readyAfter}` : story,
      isChecked ? '' : NO_CHECKS,
      proven.reason,
    );
    return withHold({ ...up, state: proven.state, reason, durationMs, spans }, held);
  }

  #pause(facts: SettleFacts): Pause {
    const { settle, isProbed } = this.#options;
    return pauseFor(settle, { ...facts, isProven: isProbed || facts.isProven });
  }
}
