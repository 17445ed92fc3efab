import type { Machine } from './machine.js';

/** Process groups of machines that Fly makes for itself. (superfly/fly-go: machine_types.go) */
const SPECIAL_GROUPS: ReadonlyMap<string, string> = new Map([
  ['fly_app_release_command', 'a release command machine'],
  ['fly_app_test_machine_command', 'a test command machine'],
  ['fly_app_console', 'a console machine'],
]);

/** States of machines that Fly still lists although they are gone, or on their way out. */
const LEAVING: ReadonlyMap<string, string> = new Map([
  ['destroyed', 'destroyed already'],
  ['destroying', 'being destroyed'],
  ['replaced', 'replaced by another machine'],
  ['migrated', 'moved to another host, as another machine'],
  ['launch_failed', 'its launch has failed, and Fly destroys it'],
]);

/** Returns why nothing can be done with a machine any more, by its state; undefined for most. */
export function leaving({ state }: Pick<Machine, 'state'>): string | undefined {
  return LEAVING.get(state);
}

/** Returns why commands leave a machine alone unless the user names its id; undefined for most. */
export function guardOf(machine: Machine): string | undefined {
  const { processGroup, isStandby } = machine;
  const special = SPECIAL_GROUPS.get(processGroup ?? '');
  return special ?? (isStandby ? 'a standby of other machines' : leaving(machine));
}
