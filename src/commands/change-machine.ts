import { asActionError } from '../errors.js';
import { hasChecks, waitForChecks } from '../machines/checks.js';
import type { Goal } from '../machines/goal.js';
import { withLease } from '../machines/held-lease.js';
import type { Machine } from '../machines/machine.js';
import { Refusal } from '../machines/refusals.js';
import { isLease, requestChange } from '../machines/request-change.js';
import { TRANSITIONS, type Transition, type TransitionOptions } from '../machines/transitions.js';
import { waitForGoal } from '../machines/wait-for-goal.js';
import { formatTime } from '../text.js';
import { Attempt } from './attempt.js';
import type { Doing, WorkTools } from './engine.js';
import type { MachineResult } from './result.js';
import type { AppMachine } from './selection.js';

/** How carefully machines are changed. */
export interface ChangeOptions {
  readonly wishes: TransitionOptions;
  /** Until the state is read back, until the health checks pass too, or not at all. */
  readonly wait: boolean | 'checks';
  /** What to do where somebody else holds a lease. */
  readonly onLease: 'wait' | 'skip' | 'fail';
  /** By which our own leases are known; undefined: take none. */
  readonly lease: string | undefined;
}

/** Changes one machine after another's call, all under the same options. */
export function machineChanger(
  transition: Transition,
  options: ChangeOptions,
  tools: WorkTools,
): (step: Doing, origin: number) => Promise<MachineResult> {
  const { client, clock, deadline, progress } = tools;
  const { signal } = deadline;
  const { wishes, wait, onLease } = options;
  let mayLease = options.lease !== undefined;

  async function leased(attempt: Attempt, work: (nonce?: string) => Promise<string>): Promise<string> {
    if (!mayLease) return work();
    const { machine } = attempt;
    let isHeld = false;
    attempt.enter('lease');
    const leaseTools = { client, clock, signal, description: options.lease ?? '', warn: progress.warn };
    const wish = { machine, waits: onLease === 'wait', refused: heldBy(machine) };
    try {
      return await withLease(leaseTools, wish, (nonce) => {
        isHeld = true;
        return work(nonce);
      });
    } catch (error) {
      const { class: errorClass } = asActionError(error);
      if (isHeld || (errorClass !== 'forbidden' && errorClass !== 'unauthorized')) throw error;
      if (mayLease) progress.warn('The token may not take leases (`lease: true`); the step goes on without.');
      mayLease = false;
      return work();
    }
  }

  function heldBy(machine: AppMachine): (refusal: Refusal) => void {
    let isTold = false;
    return (refusal) => {
      if (!isTold && isLease(refusal)) progress.tell(`${machine.id}: ${holder(refusal)}; waiting for it`);
      isTold = true;
    };
  }

  async function request(attempt: Attempt, goal: Goal, nonce: string | undefined): Promise<string> {
    const { machine } = attempt;
    let lease = nonce;
    let isBased = false;
    attempt.enter('turn');
    const send = (by: Transition) => async (mayBeOn: boolean) => {
      const before = async (limited: AbortSignal) => {
        attempt.enter('request');
        if (goal.rebase === undefined) return;
        const now = await client.get(machine, limited);
        if (!mayBeOn || !isBased) goal.rebase(now);
        else if (goal.isTraced(now)) throw new TakenOn();
        isBased = true;
      };
      try {
        await by.send(client, machine, { ...wishes, nonce: lease, before }, signal);
      } catch (error) {
        if (error instanceof TakenOn) return;
        if (!(error instanceof Refusal) || error.kind !== 'lease gone') throw error;
        progress.warn(`The lease of machine ${machine.id} was lost: ${error.message}`);
        lease = undefined;
        await by.send(client, machine, { ...wishes, before }, signal);
      }
    };
    const tell = heldBy(machine);
    const refused = (refusal: Refusal) => {
      attempt.enter(isLease(refusal) ? 'lease' : 'state');
      tell(refusal);
    };
    const common = { machine, goal, waitsForLease: onLease === 'wait', refused };
    try {
      await requestChange({ client, clock, signal }, { ...common, send: send(transition) });
      return '';
    } catch (error) {
      const isUnfit = error instanceof Refusal && error.isAboutMachine;
      if (transition.verb !== 'suspend' || wishes.fallback !== 'stop' || !isUnfit) throw error;
      await requestChange({ client, clock, signal }, { ...common, send: send(TRANSITIONS.stop) });
      return `could not be suspended and was stopped: ${error.message}`;
    }
  }

  async function proof(attempt: Attempt, goal: Goal): Promise<string> {
    const { machine } = attempt;
    attempt.enter('state');
    const seen = (read: Machine) => {
      attempt.state = read.state;
    };
    const wanted = { machine, goal, verb: transition.verb, version: machine.instanceId, deadline, seen };
    attempt.state = await waitForGoal({ client, clock }, wanted);
    if (wait !== 'checks') return '';
    if (!hasChecks(machine)) return 'has no health checks to wait for';
    attempt.enter('checks');
    await waitForChecks({ client, clock }, { machine, deadline, seen });
    return '';
  }

  return async ({ kind, machine }, origin) => {
    const attempt = new Attempt(machine, clock, origin);
    const goal = transition.goal(machine, wishes);
    try {
      const proven = () => (wait === false ? '' : proof(attempt, goal));
      if (kind === 'await') {
        const note = await proven();
        return attempt.end('unchanged', { reason: note || `${machine.state} already` });
      }
      const reason = await leased(attempt, async (nonce) => {
        const note = await request(attempt, goal, nonce);
        const also = await proven();
        return note || also;
      });
      return attempt.end(wait === false ? 'requested' : 'changed', { reason });
    } catch (thrown) {
      if (onLease === 'skip' && isLease(thrown)) return attempt.end('skipped', { reason: holder(thrown) });
      return attempt.fail(thrown);
    }
  };
}

/** Just before it was sent again, an earlier request turned out to have been taken on after all. */
class TakenOn extends Error {}

function holder({ holder: held, message }: Refusal): string {
  return held === undefined ? message : `lease held by ${held.owner} until ${formatTime(held.until)}`;
}
