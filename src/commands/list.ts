import type { MachinesClient } from '../machines/client.js';
import { judging, listApps } from './list-apps.js';
import { appList, type CommandResult, reportOf, unreached } from './result.js';
import { noticesOf, type Selector, select } from './selection.js';

/** Reads the machines that the selector chooses, and changes nothing. */
export async function list(
  { client, signal }: { client: MachinesClient; signal: AbortSignal },
  { apps, selector }: { apps: readonly string[]; selector: Selector },
): Promise<CommandResult> {
  const { machines, failures } = await listApps(client, apps, signal);
  const selected = select(machines, judging(selector, failures));
  const reports = selected.map(({ machine, excluded }) =>
    reportOf(machine, excluded === undefined ? 'unchanged' : 'skipped', excluded),
  );
  const listed = reports.filter(({ outcome }) => outcome !== 'skipped').length;
  const line = `listed ${listed} in ${appList(apps)}${unreached(failures)}`;
  return { apps, machines: reports, failures, notices: noticesOf(machines, selected, selector), line };
}
