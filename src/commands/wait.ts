import { awaiting } from '../machines/goal.js';
import { leaving } from '../machines/machine/guards.js';
import type { Machine } from '../machines/machine/machine.js';
import { SETTLED } from '../machines/machine/states.js';
import { stateWords } from '../machines/machine/story.js';
import { waitForGoal } from '../machines/wait-for-goal.js';
import { attempted } from './engine/attempt.js';
import type { CommandSpec } from './engine/command-spec.js';
import { carryOutAll } from './engine/engine.js';
import type { WorkTools } from './engine/work-tools.js';
import type { CommandResult } from './result/result.js';
import type { Choice } from './selection/choose.js';

/** Waits until the chosen machines are in one of the states (`settled` included), and changes nothing. */
export function wait(
  states: readonly string[],
  choice: Choice,
  { client, clock, deadline, progress }: WorkTools,
): Promise<CommandResult> {
  const goal = awaiting(states);
  const where = states.includes(SETTLED) ? goal.target : `in state ${goal.target}`;
  const spec: CommandSpec = {
    kind: 'reads',
    words: { verb: 'wait for', past: '', already: where, counted: where },
    doing: 'Waiting for',
    intent: {
      verb: 'wait for',
      // A machine that is gone never arrives, and a step that names no machine doesn't mean it.
      guard: (machine) => (goal.isGoneFine ? undefined : leaving(machine)),
      impossible: () => undefined,
      reached: (machine) => (goal.isReached(machine) ? `already ${stateWords(machine)}` : undefined),
      isUnderway: () => true,
    },
    carryOut: ({ machine }, origin) =>
      attempted({ machine, clock, origin }, async (attempt) => {
        attempt.enter('state');
        let now: Machine = machine;
        const seen = (read: Machine) => {
          now = read;
          attempt.state = read.state;
        };
        const version = machine.instanceId;
        const wanted = { machine, goal, verb: undefined, version, deadline, seen };
        attempt.state = await waitForGoal({ client, clock }, wanted);
        return attempt.end({
          outcome: 'unchanged',
          reason: `became ${stateWords({ state: attempt.state, events: now.events })}`,
        });
      }),
  };
  return carryOutAll(spec, choice, { client, clock, deadline, progress });
}
