import type { Command, ExecResult } from '../../machines/api/client.js';
import { IN_BETWEEN } from '../../machines/api/refusal-table.js';
import { Refusal } from '../../machines/api/refusals.js';
import { hasDoneNothing } from '../../machines/fate.js';
import { ForeignLease, isLease } from '../../machines/lease/foreign.js';
import { Gone, isGone, isUnclear, readOrGone } from '../../machines/look.js';
import { FRESH_MS } from '../../machines/look-before.js';
import { atTheEnd } from '../../machines/request-change.js';
import type { Attempt } from '../engine/attempt.js';
import { callOffIf } from '../engine/called-off.js';
import type { Task } from '../engine/command-spec.js';
import type { Leasing } from '../engine/leasing.js';
import type { WorkTools } from '../engine/work-tools.js';
import { withoutContainer } from './container.js';

/** Pause between two tries, in milliseconds. */
const RETRY_PAUSE_MS = 5_000;

/** Most answers that don't say what Fly doesn't know. */
const MOST_UNCLEAR = 3;

/** Command on its way into one machine. */
export interface ExecRequest extends Pick<Task, 'against'> {
  readonly attempt: Attempt;
  /** True once the last request has gone out. */
  isSent: boolean;
}

/**
 * Runs the command once. Asks again after what surely did nothing: while a lease is waited for, and while Fly doesn't know
 * the machine for a moment or the machine is on its way to be started.
 */
export async function runOnce(
  request: ExecRequest,
  leasing: Leasing,
  { command, container, timeout }: Pick<Command, 'command' | 'container' | 'timeout'>,
  { client, clock, deadline: { signal }, halt, now: serverTime }: WorkTools,
): Promise<ExecResult> {
  const { attempt } = request;
  const { machine } = attempt;
  const tellHolder = leasing.teller(attempt);
  let unclear = 0;
  let { seenAt } = machine;
  const read = async (limited: AbortSignal) => {
    const now = await readOrGone({ client, clock }, machine, limited, { leases: true });
    if (now instanceof Gone) throw now;
    attempt.state = now.state;
    return now;
  };
  const look = async (limited: AbortSignal) => {
    if (seenAt === undefined || clock.now() - seenAt > FRESH_MS) {
      attempt.before = { ...machine, ...(await read(limited)) };
      callOffIf(request.against?.(attempt.before));
      const lacking = withoutContainer(attempt.before, container);
      if (lacking !== undefined) throw lacking;
    }
    // It holds for one request.
    seenAt = undefined;
    const { holder } = attempt.before;
    if (holder !== undefined && holder.until > (serverTime?.() ?? clock.now()))
      throw new ForeignLease(holder);
  };
  const mark = () => {
    request.isSent = true;
  };
  for (;;) {
    attempt.enter('turn');
    request.isSent = false;
    try {
      const before = [() => attempt.enter('request'), look, () => halt?.check(signal), mark];
      return await client.exec(machine, { command, container, timeout, before }, signal);
    } catch (error) {
      if (isLease(error) && leasing.waits) tellHolder(error);
      else if (!(error instanceof Refusal) || !mayPass(error)) throw error;
      else {
        if (isUnclear(error) || isUnready(error)) unclear += 1;
        const now = await read(signal);
        const isThere =
          (isGone(error) || isUnready(error)) && now.state === 'started' && unclear < MOST_UNCLEAR;
        if (!isThere && !IN_BETWEEN.has(now.state)) throw error;
      }
      attempt.enter(isLease(error) ? 'lease' : 'state');
      await clock.sleep(RETRY_PAUSE_MS, signal).catch((end: unknown) => {
        throw atTheEnd(end, error);
      });
    }
  }
}

/** Returns whether the command surely didn't run, for a reason that may lie in what its machine is just doing. */
function mayPass(error: Refusal): boolean {
  return (error.class === 'wrong state' && hasDoneNothing(error)) || isGone(error) || isUnready(error);
}

/** Returns whether Fly doesn't know the container, perhaps because its machine has only just started. */
function isUnready({ kind }: Refusal): boolean {
  return kind === 'container gone';
}
