import type { Transition } from '../../machines/transitions.js';
import { count } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import { isToChange, type Planned } from './plan.js';

/** Number of machines that a warning names. */
const NAMED_MACHINES = 5;

const PROXY_WARNINGS = {
  autostop:
    '`autostop` is on, so Fly\'s proxy may stop what is idle in the middle of the job. Keep traffic on it, or set `auto_stop_machines = "off"`.',
  autostart:
    "`autostart` is on, so Fly's proxy starts it again as soon as a request comes in. Cordon it first to prevent that.",
} as const;

/** Warns where Fly's proxy, which stops idle machines and starts those that are asked for, may undo a change. */
export function proxyWarnings({ undoneBy }: Transition, planned: readonly Planned[]): string[] {
  if (undoneBy === undefined) return [];
  // The proxy neither stops nor wakes a machine that is out of its rotation.
  const concerned = planned
    .filter((it) => it.kind !== 'skip' || it.wouldChange !== undefined)
    .map(({ machine }) => machine)
    .filter((machine) => machine[undoneBy] && !machine.cordoned);
  return concerned.length === 0 ? [] : [`${machineNames(concerned, planned)}: ${PROXY_WARNINGS[undoneBy]}`];
}

/** Warns where `restore` can't bring back what a stop takes away: the snapshot of a suspended machine. */
export function restoreWarnings({ verb }: Transition, planned: readonly Planned[]): string[] {
  if (verb !== 'stop') return [];
  const lost = planned
    .filter(isToChange)
    .map(({ machine }) => machine)
    .filter(({ state }) => state === 'suspended' || state === 'suspending');
  if (lost.length === 0) return [];
  return [
    `${machineNames(lost, planned)}: suspended, and a stop drops the snapshot, which \`restore\` can't bring back. Leave such machines out with \`state: started\`.`,
  ];
}

/** Names machines in a sentence, with their apps where the plan has several. */
function machineNames(machines: readonly AppMachine[], planned: readonly Planned[]): string {
  const withApp = new Set(planned.map(({ machine }) => machine.app)).size > 1;
  const ids = machines
    .slice(0, NAMED_MACHINES)
    .map(({ id, name, app }) => `${id}${name === '' ? '' : ` (${name})`}${withApp ? ` in ${app}` : ''}`);
  const more = machines.length > NAMED_MACHINES ? `, … (${count(machines.length, 'machine')})` : '';
  return `${ids.join(', ')}${more}`;
}
