/** The commands; their names are also their folders'. */
export const COMMAND_NAMES = [
  'auth',
  'inspect',
  'list',
  'start',
  'stop',
  'suspend',
  'restart',
  'wait',
  'cordon',
  'uncordon',
  'stop-idle',
  'warm-up',
  'exec',
] as const;

/** Name of a command, which is also its folder's. */
export type CommandName = (typeof COMMAND_NAMES)[number];

/** Names of the values that a step hands to its own post step. */
export const STATE = { session: 'session', restore: 'restore', key: 'key' } as const;
