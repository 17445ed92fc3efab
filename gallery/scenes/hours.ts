import type { AppSpec, MachineSpec } from '../../emulator/machines/build.js';
import { group, type Scene, turn } from './scene.js';

const HOUR = 3_600_000;
/** Hours that are over at the scenes' noon in UTC, go on, and are yet to begin. */
const OVER = 'Mon-Fri 06:00-12:30 Europe/Berlin';
const GOING_ON = 'Mon-Fri 07:30-18:00 Europe/Berlin';
const TO_COME = 'Mon-Fri 08:00-18:00 America/Los_Angeles';

const MARK = { 'marked-hours': '2025-01-14T17:00:12Z stopped acme/shop/20250114' };

/** Machines of an office with these hours, as the night or the morning has left them; one of them a deploy has woken. */
function office(hours: string, { isOpen, webs }: { isOpen: boolean; webs: number }): MachineSpec[] {
  const asleep = { state: 'stopped', sinceMs: 14 * HOUR, metadata: { hours, ...MARK } } as const;
  const web = group('web', webs, (index) => ({
    region: turn(['fra', 'iad'], index),
    ...(isOpen ? { sinceMs: 5 * HOUR, metadata: { hours } } : asleep),
  }));
  const workers = group('worker', 2, () => asleep);
  const manual = group('import', 1, () => ({ ...asleep, metadata: { hours } }));
  const woken = group('admin', 1, () => ({ sinceMs: HOUR / 6, metadata: { hours } }));
  return [...web, ...workers, ...manual, ...woken];
}

const apps: readonly AppSpec[] = [
  { name: 'berlin-api', machines: office(GOING_ON, { isOpen: true, webs: 3 }) },
  { name: 'berlin-admin', machines: office(GOING_ON, { isOpen: true, webs: 1 }) },
  { name: 'berlin-batch', machines: office(OVER, { isOpen: true, webs: 3 }) },
  { name: 'berlin-reports', machines: office(OVER, { isOpen: true, webs: 2 }) },
  { name: 'la-api', machines: office(TO_COME, { isOpen: false, webs: 4 }) },
  { name: 'la-web', machines: office(TO_COME, { isOpen: false, webs: 2 }) },
  {
    name: 'tools',
    machines: [
      { name: 'wiki', metadata: { hours: 'always' } },
      { name: 'chat' },
      { name: 'builds', metadata: { hours: 'Mon-Fri 8-18' } },
    ],
  },
];

const inputs = { org: 'my-org', app: '*' };

export const HOURS_SCENES: readonly Scene[] = [
  {
    name: 'hours',
    says: 'hours of an organization with offices in two zones',
    command: 'hours',
    inputs,
    apps,
  },
  {
    name: 'hours-dry-run',
    says: 'hours of the same organization, as a dry run',
    command: 'hours',
    inputs: { ...inputs, 'dry-run': 'true' },
    apps,
  },
];
