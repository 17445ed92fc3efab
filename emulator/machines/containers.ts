import { passesAt } from './checks.js';
import type { Machine } from './machine.js';

/** State of a container, as the API shows it. */
export interface ContainerState {
  readonly name: string;
  readonly state: string;
}

/**
 * Returns the state of each container of a machine that is up: started, then healthy if it has health checks.
 */
export function containersOf(machine: Machine, now: number): ContainerState[] {
  const { state, startedAt, behaviour, config } = machine;
  if (state !== 'started' || startedAt === undefined || behaviour.containers === 'unreported') return [];
  const given = behaviour.containers ?? {};
  return (config.containers ?? []).map(({ name = '', healthchecks = [] }) => {
    const isHealthy = healthchecks.length > 0 && now >= passesAt(machine, startedAt);
    return { name, state: given[name] ?? (isHealthy ? 'healthy' : 'started') };
  });
}
