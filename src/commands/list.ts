import { whyFailed } from '../machines/machine/story.js';
import type { WorkTools } from './engine/work-tools.js';
import { appList, type CommandResult, unreached, untouched } from './result/result.js';
import { type Choice, choose } from './selection/choose.js';

/** Reads the chosen machines and changes nothing; ignores `limit` and `dryRun`. */
export async function list(
  choice: Choice,
  tools: Pick<WorkTools, 'client' | 'clock' | 'deadline'>,
): Promise<CommandResult> {
  const { fleet, selected, notices } = await choose(tools, choice, { wants: 'overview', changes: false });
  const machines = selected.map(({ machine, excluded }) =>
    untouched(machine, excluded === undefined ? 'unchanged' : 'skipped', excluded ?? whyFailed(machine)),
  );
  const listed = machines.filter(({ outcome }) => outcome !== 'skipped').length;
  return {
    apps: fleet.apps,
    machines,
    failures: fleet.failures,
    notices,
    warnings: fleet.warnings,
    line: `listed ${listed} in ${appList(fleet.apps)}${unreached(fleet.failures)}`,
  };
}
