import type { AppMachine } from '../../src/commands/result/app-machine.js';
import type {
  CommandResult,
  MachineResult,
  Outcome,
  ResultEnding,
  ResultFacts,
} from '../../src/commands/result/result.js';
import { ActionError } from '../../src/errors.js';
import { appMachine } from './machines.js';

/** Facts of a result that belong to one outcome. */
interface EndingFacts {
  readonly error?: ActionError;
  readonly replaced?: true;
  readonly instead?: string;
  readonly wouldChange?: string;
}

/** Changes of a result, and of its machine. */
export interface ResultChanges extends Partial<Omit<ResultFacts, 'machine'>>, EndingFacts {
  readonly machine?: Partial<AppMachine>;
}

/** A result of the machine as it was listed; a failed one has failed with a timeout. */
export function machineResult(id: string, outcome: Outcome, changes: ResultChanges = {}): MachineResult {
  const { machine: its, error: _e, replaced: _r, instead: _i, wouldChange: _w, ...facts } = changes;
  const machine = appMachine(id, its);
  const ending = endingOf(outcome, changes);
  return { machine, state: machine.state, reason: '', durationMs: 0, ...facts, ...ending };
}

function endingOf(outcome: Outcome, { error, replaced, instead, wouldChange }: EndingFacts): ResultEnding {
  switch (outcome) {
    case 'failed': {
      const its = error ?? new ActionError('timeout', 'not done');
      return { outcome, error: its, ...(replaced && { replaced }) };
    }
    case 'skipped':
      return { outcome, ...(wouldChange !== undefined && { wouldChange }) };
    case 'unchanged':
      return { outcome };
    default:
      return { outcome, ...(instead !== undefined && { instead }) };
  }
}

/** A command's result, as stopping machines makes it. */
export function resultOf(
  machines: readonly MachineResult[],
  changes: Partial<CommandResult> = {},
): CommandResult {
  return {
    apps: ['my-app'],
    machines,
    failures: [],
    notices: [],
    warnings: [],
    line: 'stopped 1 in my-app',
    ...changes,
  };
}
