/** Every state that Fly's documents name. (docs: machines/machine-states) */
export const MACHINE_STATES = [
  'created',
  'started',
  'stopped',
  'suspended',
  'failed',
  'creating',
  'starting',
  'stopping',
  'restarting',
  'suspending',
  'destroying',
  'updating',
  'replacing',
  'launch_failed',
  'destroyed',
  'replaced',
  'migrated',
] as const;

export type MachineState = (typeof MACHINE_STATES)[number];

/** States that don't change by themselves; `wait` calls them settled. */
export const SETTLED: ReadonlySet<MachineState> = new Set([
  'created',
  'started',
  'stopped',
  'suspended',
  'failed',
  'destroyed',
]);
