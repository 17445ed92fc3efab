import type { Transition } from '../../machines/transitions.js';
import { count } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Planned } from './plan.js';

const MOST_NAMED = 5;

/** Fly's proxy has a will of its own: it stops what is idle and starts what is asked for. Says where that may undo a change. */
export function proxyWarnings({ undoneBy }: Transition, planned: readonly Planned[]): string[] {
  if (undoneBy === undefined) return [];
  const ours = planned
    .filter((it) => it.kind !== 'skip' || it.wouldChange !== undefined)
    .map(({ machine }) => machine);
  const apps = new Set(planned.map(({ machine }) => machine.app));
  // What is out of the proxy's rotation is neither stopped nor woken by it.
  const concerned = ours.filter((machine) => machine[undoneBy] && !machine.cordoned);
  return concerned.length === 0 ? [] : [`${named(concerned, apps.size > 1)}: ${WARNINGS[undoneBy]}`];
}

const WARNINGS = {
  autostop:
    '`autostop` is on, so Fly\'s proxy may stop what is idle in the middle of the job. Keep traffic on it, or set `auto_stop_machines = "off"`.',
  autostart:
    "`autostart` is on, so Fly's proxy starts it again as soon as a request comes in. Cordon it first to prevent that.",
} as const;

/** Machines for a sentence, with their apps where there are several. */
export function named(machines: readonly AppMachine[], withApp: boolean): string {
  const ids = machines
    .slice(0, MOST_NAMED)
    .map(({ id, name, app }) => `${id}${name === '' ? '' : ` (${name})`}${withApp ? ` in ${app}` : ''}`);
  const more = machines.length > MOST_NAMED ? `, … (${count(machines.length, 'machine')})` : '';
  return `${ids.join(', ')}${more}`;
}

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
