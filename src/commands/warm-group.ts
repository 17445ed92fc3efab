import { asActionError } from '../errors.js';
import type { WorkTools } from './engine.js';
import type { RestoreKeeper } from './restore-record.js';
import { type MachineResult, untouched } from './result.js';
import type { MachineWarmer } from './warm-machine.js';
import { type Candidate, limitReached, type WarmGroup } from './warm-plan.js';

/** What became of a group. */
export interface Warmed {
  readonly group: WarmGroup;
  /** How many became ready. */
  readonly ready: number;
  /** Whether time ran out, or the job was cancelled, before enough did. */
  readonly isCutShort: boolean;
  /** Each candidate's. */
  readonly machines: readonly MachineResult[];
}

/** What the groups of a step are warmed with. */
export interface GroupTools {
  readonly warmer: MachineWarmer;
  readonly keeper: RestoreKeeper | undefined;
  readonly starts: StartBudget;
}

/** How many starts are left to a step. */
export class StartBudget {
  readonly limit: number;
  #left: number;

  constructor(limit: number = Number.POSITIVE_INFINITY) {
    this.limit = limit;
    this.#left = limit;
  }

  /** Takes one where there is one left. */
  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return true;
  }
}

/** The candidates that a group begins with. */
export function firstOf({ need, candidates }: WarmGroup): readonly Candidate[] {
  return candidates.slice(0, need);
}

/**
 * Warms as many machines of a group as it needs, side by side; one that fails is replaced by the next candidate, as long
 * as there is one and the step goes on. Never throws.
 */
export async function warmGroup(
  group: WarmGroup,
  { warmer, keeper, starts }: GroupTools,
  { deadline, progress }: Pick<WorkTools, 'deadline' | 'progress'>,
): Promise<Warmed> {
  const first = firstOf(group);
  const queue = [...group.candidates];
  const machines: MachineResult[] = [];
  let ready = 0;

  async function warm(candidate: Candidate): Promise<MachineResult> {
    const { kind, machine } = candidate;
    if (kind === 'change' && !starts.take()) return untouched(machine, 'skipped', limitReached(starts.limit));
    try {
      if (kind === 'change' && !first.includes(candidate)) keeper?.before([{ kind, machine }]);
    } catch (thrown) {
      return { ...untouched(machine, 'failed'), error: asActionError(thrown) };
    }
    const result = await warmer.warm(candidate);
    if (kind !== 'ready') progress.done(result);
    return result;
  }

  async function fillPlace(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = await warm(next);
      machines.push(result);
      if (result.outcome === 'changed' || result.outcome === 'unchanged') {
        ready += 1;
        return;
      }
      if (deadline.signal.aborted) return;
    }
  }

  await Promise.all(first.map(fillPlace));
  const isComplete = ready >= group.need;
  const rest = isComplete
    ? `not needed: ${ready === 1 ? '1 is' : `${ready} are`} ready without it`
    : 'the step ended before its turn';
  return {
    group,
    ready,
    isCutShort: !isComplete && deadline.signal.aborted,
    machines: [
      ...machines.map((it) =>
        isComplete && it.outcome === 'failed' ? { ...it, replaced: true as const } : it,
      ),
      ...queue.map(({ machine }) => untouched(machine, 'skipped', rest)),
    ],
  };
}
