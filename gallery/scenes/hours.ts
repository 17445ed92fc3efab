import type { AppSpec, MachineSpec } from '../../emulator/machines/build.js';
import { group, type Scene, turn } from './scene.js';

const HOUR = 3_600_000;
/** Hours that are over at the scenes' noon in UTC, go on, and are yet to begin. */
const OVER = 'Mon-Fri 06:00-12:30 Europe/Berlin';
const GOING_ON = 'Mon-Fri 07:30-18:00 Europe/Berlin';
const TO_COME = 'Mon-Fri 08:00-18:00 America/Los_Angeles';

/** Machines of an office: up before its hours ended, down before they began, and some that someone keeps or woke. */
function office(hours: string): MachineSpec[] {
  const web = group('web', 3, (index) => ({
    region: turn(['fra', 'iad'], index),
    sinceMs: 5 * HOUR,
    metadata: { hours },
  }));
  const workers = group('worker', 3, (index) => ({
    state: 'stopped',
    sinceMs: 14 * HOUR,
    metadata: { hours, ...(index < 2 ? MARKED : {}) },
  }));
  const woken: MachineSpec = { name: 'web-4', processGroup: 'web', sinceMs: 600_000, metadata: { hours } };
  return [...web, ...workers, woken];
}

const MARKED = { 'marked-hours': '2025-01-14T17:00:12Z stopped acme/shop/20250114' };

const apps: readonly AppSpec[] = [
  { name: 'berlin-api', machines: office(GOING_ON) },
  { name: 'berlin-batch', machines: office(OVER) },
  { name: 'la-api', machines: office(TO_COME) },
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
