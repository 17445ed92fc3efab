/** States that no machine leaves by itself. */
export const FINAL: ReadonlySet<string> = new Set([
  ...['destroyed', 'destroying', 'failed', 'launch_failed', 'migrated', 'replaced'],
]);

/** States in which a machine stays until somebody asks something else of it. */
export const RESTING: ReadonlySet<string> = new Set(['created', 'started', 'stopped', 'suspended']);

/** As Fly's wait knows it: whatever state a machine comes to rest in. */
export const SETTLED = 'settled';
