import type { Choice, WorkTools } from './engine/engine.js';
import { appList, type CommandResult, unreached, untouched } from './result/result.js';
import { findMachines, judging } from './selection/fleet.js';
import { noticesOf, select } from './selection/selection.js';
import { ofShard, shardNotices } from './selection/shard.js';

/** Reads the machines that the choice is about, and changes nothing. `limit` and `dryRun` mean nothing here. */
export async function list(
  { scope, selector, shard }: Choice,
  tools: Pick<WorkTools, 'client' | 'clock' | 'deadline'>,
): Promise<CommandResult> {
  const { allowEmpty } = selector;
  const search = { scope, wants: 'overview', allowEmpty } as const;
  const fleet = await findMachines(tools, search);
  const selected = select(fleet.machines, judging(selector, fleet));
  const ours = ofShard(selected, shard);
  const machines = ours.map(({ machine, excluded }) =>
    untouched(machine, excluded === undefined ? 'unchanged' : 'skipped', excluded),
  );
  const listed = machines.filter(({ outcome }) => outcome !== 'skipped').length;
  return {
    apps: fleet.apps,
    machines,
    failures: fleet.failures,
    notices: [
      ...fleet.notices,
      ...noticesOf(fleet.machines, selected, selector),
      ...shardNotices(selected, ours),
    ],
    warnings: fleet.warnings,
    line: `listed ${listed} in ${appList(fleet.apps)}${unreached(fleet.failures)}`,
  };
}
