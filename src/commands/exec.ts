import { ActionError, asActionError } from '../errors.js';
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

/**
 * Runs a command in the chosen machines, once in each. An exit code other than 0 is a failure of that machine; so is
 * an answer that leaves open whether the command ran, since running it again could do harm.
 */
export function exec(options: ExecOptions, choice: Choice, tools: WorkTools): Promise<CommandResult> {
  const { client, clock, deadline } = tools;
  const carryOut = async ({ machine }: Doing, origin: number): Promise<MachineResult> => {
    const attempt = new Attempt(machine, clock, origin);
    if (machine.state !== 'started')
      return attempt.end('failed', { error: notStarted(machine.id, machine.state) });
    attempt.enter('turn');
    try {
      const before = async () => attempt.enter('request');
      const done = await client.exec(machine, { ...options, before }, deadline.signal);
      const error = errorOf(done);
      return error === undefined
        ? attempt.end('changed', { reason: 'exit code 0', exec: done })
        : attempt.end('failed', { error, exec: done });
    } catch (thrown) {
      return attempt.end('failed', { error: asActionError(thrown) });
    }
  };
  const work: Work = {
    changes: true,
    words: { verb: 'run on', past: 'ran on', already: '' },
    doing: 'Running on',
    intent: {
      verb: 'run',
      guard: guardOf,
      impossible: () => undefined,
      reached: () => undefined,
      isUnderway: () => false,
    },
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

function notStarted(id: string, state: string): ActionError {
  return new ActionError(
    'wrong state',
    `machine ${id} is ${state}, and commands run in started machines only`,
    {
      hint: 'Start it first, or leave such machines out with `state: started`.',
    },
  );
}
