import type { Transition } from '../../machines/transitions.js';
import type { Planned } from './plan.js';
import { named } from './proxy-warnings.js';

/** Says of what is about to be changed, or would be, what `restore` won't bring back: a stop drops a snapshot. */
export function restoreWarnings({ verb }: Transition, planned: readonly Planned[]): string[] {
  if (verb !== 'stop') return [];
  const lost = planned
    .filter((it) => it.kind === 'change' || (it.kind === 'skip' && it.wouldChange !== undefined))
    .map(({ machine }) => machine)
    .filter(({ state }) => state === 'suspended' || state === 'suspending');
  if (lost.length === 0) return [];
  const apps = new Set(planned.map(({ machine }) => machine.app));
  return [
    `${named(lost, apps.size > 1)}: suspended, and a stop drops the snapshot, which \`restore\` can't bring back. Leave such machines out with \`state: started\`.`,
  ];
}
