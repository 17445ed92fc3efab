import { ActionError, asActionError } from '../errors.js';
import { endingOfError, endingOfStatus } from '../http/retry.js';
import type { ExecResult } from '../machines/client.js';
import { guardOf } from '../machines/guards.js';
import { Attempt } from './attempt.js';
import { type Choice, carryOutAll, type Doing, type Work, type WorkTools } from './engine.js';
import type { CommandResult, MachineResult } from './result.js';

/** What is to be run in the machines. */
export interface ExecOptions {
  /** The program and its arguments; no shell is between. */
  readonly command: readonly string[];
  /** In milliseconds. */
  readonly timeout: number;
}

/** How a command is run, and how long the whole step may take. */
export interface ExecPlan {
  readonly options: ExecOptions;
  readonly choice: Choice;
  /** In milliseconds; undefined: long enough for the command. */
  readonly timeout: number | undefined;
}

/** For all that is not the command itself. */
const GRACE_MS = 60_000;

/**
 * Runs a command in the chosen machines, once in each. An exit code other than 0 is a failure of that machine; so is
 * an answer that leaves open whether the command ran, since running it again could do harm.
 */
export function exec({ options, choice, timeout }: ExecPlan, tools: WorkTools): Promise<CommandResult> {
  const { client, clock, deadline } = tools;
  const carryOut = async ({ machine }: Doing, origin: number): Promise<MachineResult> => {
    const attempt = new Attempt(machine, clock, origin);
    attempt.enter('turn');
    let isSent = false;
    try {
      const before = async () => {
        isSent = true;
        attempt.enter('request');
      };
      const done = await client.exec(machine, { ...options, before }, deadline.signal);
      const error = errorOf(done);
      return error === undefined
        ? attempt.end('changed', { reason: 'exit code 0', exec: done })
        : attempt.end('failed', { error, exec: done });
    } catch (thrown) {
      return attempt.fail(isSent && mayHaveRun(thrown) ? doubtful(asActionError(thrown)) : thrown);
    }
  };
  const work: Work = {
    changes: true,
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
    needs: (doing) => (timeout === undefined && doing.length > 0 ? options.timeout + GRACE_MS : 0),
    carryOut,
  };
  return carryOutAll(work, choice, tools);
}

function errorOf({ exitCode, exitSignal }: ExecResult): ActionError | undefined {
  if (exitCode === 0 && exitSignal === 0) return undefined;
  const how =
    exitSignal === 0 ? `with exit code ${exitCode}` : `by signal ${exitSignal} (exit code ${exitCode})`;
  return new ActionError('command failed', `the command ended ${how}`, {
    hint: 'Its output is in the log above and in the output `machines`.',
  });
}

/** Whether it is open what became of a command that was sent. */
function mayHaveRun(thrown: unknown): boolean {
  const { class: errorClass, status } = asActionError(thrown);
  if (status !== undefined) return status < 300 || endingOfStatus(status) === 'unsure';
  return errorClass === 'cancelled' || endingOfError(thrown) === 'unsure';
}

function doubtful(error: ActionError): ActionError {
  return new ActionError(error.class, `${error.message}; the command may have run all the same`, {
    status: error.status,
    requestId: error.requestId,
    hint: 'It was not sent again, since running it twice could do harm: see what it did before you run the job again.',
    cause: error,
  });
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
