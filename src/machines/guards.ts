import type { Machine } from './machine.js';

/** Process groups of machines that Fly makes for itself. (superfly/fly-go: machine_types.go) */
const SPECIAL_GROUPS: ReadonlyMap<string, string> = new Map([
  ['fly_app_release_command', 'a release command machine'],
  ['fly_app_test_machine_command', 'a test command machine'],
  ['fly_app_console', 'a console machine'],
]);

/** Why a machine is left alone by all that changes machines, unless it is named by its id; undefined for most. */
export function guardOf({ processGroup, isStandby }: Machine): string | undefined {
  return SPECIAL_GROUPS.get(processGroup ?? '') ?? (isStandby ? 'a standby of other machines' : undefined);
}
