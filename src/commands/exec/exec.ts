import { roomFor } from '../../deadline.js';
import { asActionError } from '../../errors.js';
import { hasDoneNothing } from '../../machines/fate.js';
import { guardOf } from '../../machines/machine/guards.js';
import { attempted } from '../engine/attempt.js';
import { ChangeCalledOff } from '../engine/called-off.js';
import type { CommandSpec } from '../engine/command-spec.js';
import { carryOutAll } from '../engine/engine.js';
import { type LeaseOptions, Leasing } from '../engine/leasing.js';
import { skippedFor } from '../engine/skipped.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { CommandResult } from '../result/result.js';
import type { Choice } from '../selection/choose.js';
import { withoutContainer } from './container.js';
import { doubtful, errorOf, notRun, notStarted } from './exec-errors.js';
import { capped } from './output-cap.js';
import { type ExecRequest, runOnce } from './run-once.js';

/** Command to run in the machines, and how. */
export interface ExecOptions {
  /** Program and its arguments; no shell is between. */
  readonly command: readonly string[];
  /** Container of each machine to run it in; undefined: Fly chooses. */
  readonly container?: string | undefined;
  /** Time limit of the command in one machine, in milliseconds. */
  readonly timeout: number;
  /** Number of machines in which it runs at once. */
  readonly places: number;
  /** Reaction to a lease of another client. */
  readonly onLease: LeaseOptions['onLease'];
}

/** Options of `exec`. */
export interface ExecPlan {
  readonly options: ExecOptions;
  readonly choice: Choice;
  /** Time limit of the whole step, in milliseconds; undefined: long enough for the command. */
  readonly timeout: number | undefined;
}

/**
 * Runs a command in the chosen machines, once in each. An exit code other than 0 is a failure of that machine. So is
 * an answer that leaves open whether the command ran, since running it again could do harm.
 */
export function exec({ options, choice, timeout }: ExecPlan, tools: WorkTools): Promise<CommandResult> {
  const leasing = new Leasing({ onLease: options.onLease, lease: undefined }, tools);
  const { container } = options;
  const inside = container === undefined ? '' : ` in container ${container}`;
  const spec: CommandSpec = {
    kind: 'changes',
    // Fly may run a command whoever holds a lease.
    readsLeases: true,
    words: { verb: 'run on', past: 'ran on', already: '', counted: 'done' },
    doing: container === undefined ? 'Running on' : `Running${inside} of`,
    intent: {
      verb: `run${inside}`,
      guard: guardOf,
      impossible: () => undefined,
      reached: () => undefined,
      isUnderway: () => false,
      hopeless: (machine) =>
        withoutContainer(machine, container) ??
        (machine.state === 'started' ? undefined : notStarted(machine.id, machine.state)),
    },
    needs: (tasks) => (timeout === undefined ? timeFor(tasks.length, options) : 0),
    carryOut: ({ machine, isNamed = false, against }, origin) =>
      attempted({ machine, clock: tools.clock, origin }, async (attempt) => {
        const request: ExecRequest = { attempt, against, isSent: false };
        try {
          const done = capped(await runOnce(request, leasing, options, tools));
          const error = errorOf(done);
          return error === undefined
            ? attempt.end({ outcome: 'changed', reason: 'exit code 0', exec: done })
            : attempt.end({ outcome: 'failed', error, exec: done });
        } catch (caught) {
          const thrown = await leasing.described(attempt, caught);
          if (thrown instanceof ChangeCalledOff) throw thrown;
          const skipped = skippedFor(thrown, attempt, { isNamed, onLease: options.onLease });
          if (skipped !== undefined) return skipped;
          const error = asActionError(thrown);
          if (!request.isSent) return attempt.end({ outcome: 'failed', error: notRun(error) });
          const isPlain = hasDoneNothing(error);
          return attempt.end({
            outcome: 'failed',
            error: isPlain ? error : doubtful(error, options.timeout),
          });
        }
      }),
  };
  return carryOutAll(spec, choice, tools);
}

/** Returns the time that the command needs, in milliseconds: it keeps its place among those in flight for as long as it runs. */
function timeFor(machines: number, { timeout, places }: ExecOptions): number {
  const rounds = Math.ceil(machines / places);
  return rounds === 0 ? 0 : roomFor(rounds * timeout);
}
