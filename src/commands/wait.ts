import { awaiting } from '../machines/goal.js';
import { leaving } from '../machines/machine/guards.js';
import type { Machine } from '../machines/machine/machine.js';
import { SETTLED } from '../machines/machine/states.js';
import { waitForGoal } from '../machines/wait-for-goal.js';
import { Attempt } from './engine/attempt.js';
import type { CommandSpec, Task } from './engine/command-spec.js';
import { carryOutAll } from './engine/engine.js';
import type { WorkTools } from './engine/work-tools.js';
import type { CommandResult, MachineResult } from './result/result.js';
import type { Choice } from './selection/choose.js';

/** Waits until the chosen machines are in one of the states (`settled` included), and changes nothing. */
export function wait(
  states: readonly string[],
  choice: Choice,
  { client, clock, deadline, progress }: WorkTools,
): Promise<CommandResult> {
  const goal = awaiting(states);
  const where = states.includes(SETTLED) ? goal.target : `in state ${goal.target}`;
  const reached = (machine: Machine) => (goal.isReached(machine) ? `already ${machine.state}` : undefined);
  const carryOut = async ({ machine }: Task, origin: number): Promise<MachineResult> => {
    const attempt = new Attempt(machine, clock, origin);
    attempt.enter('state');
    try {
      const seen = (read: Machine) => {
        attempt.state = read.state;
      };
      const version = machine.instanceId;
      attempt.state = await waitForGoal(
        { client, clock },
        { machine, goal, verb: undefined, version, deadline, seen },
      );
      return attempt.end('unchanged', { reason: `became ${attempt.state}` });
    } catch (thrown) {
      return attempt.fail(thrown);
    }
  };
  const spec: CommandSpec = {
    kind: 'reads',
    words: { verb: 'wait for', past: '', already: where, counted: where },
    doing: 'Waiting for',
    intent: {
      verb: 'wait for',
      // What is gone doesn't come any more, and isn't what somebody waits for who names no machine.
      guard: (machine) => (goal.isGoneFine ? undefined : leaving(machine)),
      impossible: () => undefined,
      reached,
      isUnderway: () => true,
    },
    carryOut,
  };
  return carryOutAll(spec, choice, { client, clock, deadline, progress });
}
