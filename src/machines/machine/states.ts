/** States that no machine leaves by itself. */
export const FINAL: ReadonlySet<string> = new Set([
  ...['destroyed', 'destroying', 'failed', 'launch_failed', 'migrated', 'replaced'],
]);

/** States of a machine that didn't come up, or couldn't go on. */
export const FAILED: ReadonlySet<string> = new Set(['failed', 'launch_failed']);

/** States in which a machine stays until a request changes it. */
export const RESTING: ReadonlySet<string> = new Set(['created', 'started', 'stopped', 'suspended']);

/** Name that Fly's wait has for any state in which a machine rests. */
export const SETTLED = 'settled';
