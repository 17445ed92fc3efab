import { IN_BETWEEN } from '../../machines/api/refusal-table.js';
import type { AppMachine } from '../result/app-machine.js';
import { unreached } from '../result/result.js';
import { type Fleet, type FleetTools, findMachines, lenientFor, type Search } from './fleet.js';
import type { Scope } from './scope.js';
import { noticesOf, requireExclusions, type Selected, select } from './selection.js';
import type { Selector } from './selector.js';
import { ofShard, type Shard, shardNotices, shareOf } from './shard.js';
import { withUnlisted } from './unlisted.js';

/** Machines that a step is about, and the most that it may do to them. */
export interface Choice {
  readonly scope: Scope;
  readonly selector: Selector;
  /** Share of the machines that this job works on; undefined: all of them. */
  readonly shard: Shard | undefined;
  /** Largest number of machines that the step may change; undefined: no limit. */
  readonly limit: number | undefined;
  readonly dryRun: boolean;
}

/** Demands of a command on its choice. */
export interface ChoiceNeeds extends Pick<Search, 'wants' | 'leases'> {
  /** True for a command that changes machines: an exclusion that matches no machine is an error then. */
  readonly changes: boolean;
}

/** Machines that were chosen, and the texts about the choice. */
export interface Chosen {
  readonly fleet: Fleet;
  /** Machines of this job's share, in the order of apps and ids. */
  readonly selected: readonly Selected[];
  /** Selector for later looks at these machines, lenient where a part of the fleet could not be read. */
  readonly selector: Selector;
  readonly notices: readonly string[];
  /** End of the log's last line: the job's share, and how many apps were not reached. */
  readonly ending: string;
}

/**
 * Finds the machines of a choice, selects among them, and takes this job's share. Throws what `findMachines` and
 * `select` throw, and for a command that changes machines a `not found` error for an exclusion that matches no machine.
 */
export async function choose(
  tools: FleetTools,
  { scope, selector, shard }: Pick<Choice, 'scope' | 'selector' | 'shard'>,
  { wants, leases = false, changes }: ChoiceNeeds,
): Promise<Chosen> {
  const { allowEmpty } = selector;
  const found = await findMachines(tools, { scope, wants, leases, allowEmpty });
  const fleet = wants === 'whole' ? await withUnlisted(found, { selector, leases }, tools) : found;
  const lenient = lenientFor(selector, fleet);

  const fitting = select(fleet.machines, lenient);
  if (changes) requireExclusions(fleet.machines, lenient);
  const selected = ofShard(fitting, shard);

  const notices = [
    ...fleet.notices,
    ...noticesOf(fleet.machines, fitting, selector),
    ...shardNotices(fitting, selected),
  ];
  return { fleet, selected, selector: lenient, notices, ending: shareOf(shard) + unreached(fleet.failures) };
}

/**
 * Returns the reason why a machine that was chosen when it was listed is no longer chosen, judged by its latest
 * reading; undefined while it still is. A passing state (`starting`, `stopping` …) decides nothing.
 */
export function notChosenNow(now: AppMachine, selector: Selector): string | undefined {
  const chosen = (by: Selector) => select([now], { ...by, allowEmpty: true })[0];
  const found = chosen({ ...selector, state: undefined });
  if (found === undefined) return 'the filters no longer match it: it was changed meanwhile';
  if (found.excluded !== undefined) return found.excluded;
  if (IN_BETWEEN.has(now.state) && now.state !== 'created') return undefined;
  return chosen(selector) === undefined
    ? `became ${now.state} meanwhile, which \`state\` does not include`
    : undefined;
}
