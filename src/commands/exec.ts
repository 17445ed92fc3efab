import { roomFor } from '../deadline.js';
import { ActionError, asActionError } from '../errors.js';
import type { ExecResult } from '../machines/api/client.js';
import { IN_BETWEEN } from '../machines/api/refusal-table.js';
import { Refusal } from '../machines/api/refusals.js';
import { hasDoneNothing } from '../machines/fate.js';
import { Gone, isGone, isUnclear, readOrGone } from '../machines/look.js';
import { FRESH_MS } from '../machines/look-before.js';
import { guardOf } from '../machines/machine/guards.js';
import { atTheEnd, isLease } from '../machines/request-change.js';
import { excerpt, formatDuration } from '../text.js';
import { Attempt } from './engine/attempt.js';
import { ChangeCalledOff, callOffIf } from './engine/called-off.js';
import type { CommandSpec, Task } from './engine/command-spec.js';
import { carryOutAll } from './engine/engine.js';
import { holderOf, type LeaseOptions, Leasing } from './engine/leasing.js';
import { goneMeanwhile } from './engine/machine-changer.js';
import type { WorkTools } from './engine/work-tools.js';
import { capped } from './output-cap.js';
import type { CommandResult, MachineResult } from './result/result.js';
import type { Choice } from './selection/choose.js';

/** What is to be run in the machines. */
export interface ExecOptions {
  /** The program and its arguments; no shell is between. */
  readonly command: readonly string[];
  /** Of the command in one machine, in milliseconds. */
  readonly timeout: number;
  /** In how many machines it runs at once. */
  readonly places: number;
  /** Where somebody else holds a lease. */
  readonly onLease: LeaseOptions['onLease'];
}

/** Between two tries, in milliseconds. */
const PAUSE_MS = 5_000;

/** Of answers that don't say what Fly doesn't know. */
const MOST_UNCLEAR = 3;

/** How a command is run, and how long the whole step may take. */
export interface ExecPlan {
  readonly options: ExecOptions;
  readonly choice: Choice;
  /** In milliseconds; undefined: long enough for the command. */
  readonly timeout: number | undefined;
}

/**
 * Runs a command in the chosen machines, once in each. An exit code other than 0 is a failure of that machine; so is
 * an answer that leaves open whether the command ran, since running it again could do harm.
 */
export function exec({ options, choice, timeout }: ExecPlan, tools: WorkTools): Promise<CommandResult> {
  const { clock } = tools;
  const { onLease } = options;
  const leasing = new Leasing({ onLease, lease: undefined }, tools);
  const carryOut = async (doing: Task, origin: number): Promise<MachineResult> => {
    const { machine } = doing;
    const attempt = new Attempt(machine, clock, origin);
    const sending: Sending = {
      attempt,
      isSent: false,
      isNamed: doing.isNamed === true,
      against: doing.against,
    };
    try {
      const done = capped(await runOnce(sending, leasing, options, tools));
      const error = errorOf(done);
      return error === undefined
        ? attempt.end('changed', { reason: 'exit code 0', exec: done })
        : attempt.end('failed', { error, exec: done });
    } catch (thrown) {
      if (thrown instanceof ChangeCalledOff) return attempt.end(thrown.outcome, { reason: thrown.message });
      const error = asActionError(thrown);
      if (isLease(thrown) && onLease === 'skip') return attempt.end('skipped', { reason: holderOf(thrown) });
      const reason = sending.isNamed ? undefined : goneMeanwhile(attempt, thrown);
      if (reason !== undefined) return attempt.end('skipped', { reason });
      if (!sending.isSent) return attempt.end('failed', { error: notRun(error) });
      return attempt.end('failed', { error: hasDoneNothing(error) ? error : doubtful(error, options) });
    }
  };
  const spec: CommandSpec = {
    kind: 'changes',
    words: { verb: 'run on', past: 'ran on', already: '', counted: 'done' },
    doing: 'Running on',
    intent: {
      verb: 'run',
      guard: guardOf,
      impossible: () => undefined,
      reached: () => undefined,
      isUnderway: () => false,
      hopeless: ({ id, state }) => (state === 'started' ? undefined : notStarted(id, state)),
    },
    needs: (doing) => (timeout === undefined ? timeFor(doing.length, options) : 0),
    carryOut,
  };
  return carryOutAll(spec, choice, tools);
}

/** A command on its way into one machine. */
interface Sending {
  readonly attempt: Attempt;
  readonly isNamed: boolean;
  readonly against: Task['against'];
  /** Whether the last request has gone out. */
  isSent: boolean;
}

/** Runs the command once. What surely didn't run is asked again: under a lease that is waited for, and in a machine that Fly doesn't know for a moment, or that is on its way to be started. */
async function runOnce(
  sending: Sending,
  leasing: Leasing,
  { command, timeout, onLease }: ExecOptions,
  { client, clock, deadline: { signal } }: WorkTools,
): Promise<ExecResult> {
  const { attempt } = sending;
  const { machine } = attempt;
  const refused = leasing.teller(attempt);
  let unclear = 0;
  let { seenAt } = machine;
  const before = async (limited: AbortSignal) => {
    attempt.enter('request');
    if (clock.now() - seenAt > FRESH_MS) {
      const now = await readOrGone({ client, clock }, machine, limited);
      if (now instanceof Gone) throw now;
      attempt.state = now.state;
      attempt.before = { ...machine, ...now };
      callOffIf(sending.against?.(attempt.before));
    }
    // It holds for one request.
    seenAt = Number.NEGATIVE_INFINITY;
    sending.isSent = true;
  };
  for (;;) {
    attempt.enter('turn');
    sending.isSent = false;
    try {
      return await client.exec(machine, { command, timeout, before }, signal);
    } catch (error) {
      if (isLease(error) && onLease === 'wait') refused(error);
      else if (!(error instanceof Refusal) || !mayPass(error)) throw error;
      else {
        if (isUnclear(error)) unclear += 1;
        const now = await readOrGone({ client, clock }, machine, signal);
        if (now instanceof Gone) throw now;
        attempt.state = now.state;
        const isThere = isGone(error) && now.state === 'started' && unclear < MOST_UNCLEAR;
        if (!isThere && !IN_BETWEEN.has(now.state)) throw error;
      }
      attempt.enter(isLease(error) ? 'lease' : 'state');
      await clock.sleep(PAUSE_MS, signal).catch((end: unknown) => {
        throw atTheEnd(end, error);
      });
    }
  }
}

/** Whether the command surely didn't run, for a reason that may lie in what its machine is just doing. */
function mayPass(error: Refusal): boolean {
  return (error.class === 'wrong state' && hasDoneNothing(error)) || isGone(error);
}

/** A command keeps its place among those in flight for as long as it runs. */
function timeFor(machines: number, { timeout, places }: ExecOptions): number {
  const rounds = Math.ceil(machines / places);
  return rounds === 0 ? 0 : roomFor(rounds * timeout);
}

/** Where programs say what went wrong. */
function lastLine(text: string): string {
  return excerpt(text.trimEnd().split('\n').at(-1) ?? '');
}

function errorOf({ exitCode, exitSignal, stdout, stderr }: ExecResult): ActionError | undefined {
  if (exitCode === 0 && exitSignal === 0) return undefined;
  const how =
    exitSignal === 0 ? `with exit code ${exitCode}` : `by signal ${exitSignal} (exit code ${exitCode})`;
  const last = lastLine(stderr) || lastLine(stdout);
  return new ActionError('command failed', `the command ended ${how}${last === '' ? '' : `: ${last}`}`, {
    hint: 'Its output is in the log above, and in the output `machines` and the file that `machines-file` names.',
  });
}

function doubtful(error: ActionError, { timeout }: ExecOptions): ActionError {
  const { class: errorClass, message, status, requestId } = error;
  const isLate = status === 408;
  const late = `the command was not done within \`exec-timeout\` (${formatDuration(timeout)}), or the machine's host was not reached: `;
  const longer = 'Give it more time with `exec-timeout`; how much Fly allows is not documented. ';
  return new ActionError(
    errorClass,
    `${isLate ? late : ''}${message}; the command may have run all the same`,
    {
      ...{ status, requestId, cause: error },
      hint: `${isLate ? longer : ''}It was not sent again, since running it twice could do harm: see what it did before you run the job again.`,
    },
  );
}

function notRun(error: ActionError): ActionError {
  return new ActionError(error.class, `${error.message}; the command was not run`, error);
}

function notStarted(id: string, state: string): ActionError {
  return new ActionError(
    'wrong state',
    `machine ${id} is ${state}, and commands run in started machines only`,
    {
      hint: 'Start it first, or leave such machines out with `state: started`.',
    },
  );
}
