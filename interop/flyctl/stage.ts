import type { Fly } from '../../emulator/fly.js';
import type { AppSpec } from '../../emulator/machines/build.js';
import type { StepResult } from '../../runner/step-result.js';
import type { FlyCli } from './fly-cli.js';
import type { Transcript } from './transcript.js';

/** The stage of every scene: one Fly, its own CLI and our action. */
export interface Stage {
  readonly fly: Fly;
  readonly cli: FlyCli;
  readonly transcript: Transcript;
  /** Runs one of our actions as a job of one step. */
  action(uses: string, inputs: Readonly<Record<string, string>>): Promise<StepResult>;
}

export const APP = 'shop';

const serviceWithChecks = {
  protocol: 'tcp',
  internal_port: 8080,
  // On the wire this is true, false or "suspend".
  autostop: true,
  autostart: true,
  min_machines_running: 1,
  ports: [{ port: 443, handlers: ['tls', 'http'] }],
  checks: [{ type: 'http', interval: '15s', timeout: '2s', method: 'GET', path: '/up' }],
  concurrency: { type: 'requests', hard_limit: 50, soft_limit: 25 },
};

/** App with machines of every kind that the two may see differently. */
export const SHOP: AppSpec = {
  name: APP,
  machines: [
    {
      id: '148e21a2b30001',
      name: 'web-1',
      config: {
        services: [serviceWithChecks],
        checks: { alive: { type: 'tcp', port: 8080, interval: '10s', timeout: '1s' } },
        stop_config: { timeout: '10s', signal: 'SIGTERM' },
        mounts: [{ volume: 'vol_1', path: '/data', size_gb: 1, encrypted: true }],
      },
    },
    { id: '148e21a2b30002', name: 'web-2', region: 'iad', cordoned: true },
    { id: '148e21a2b30003', name: 'worker-1', processGroup: 'worker', state: 'stopped' },
    { id: '148e21a2b30004', name: 'worker-2', processGroup: 'worker', region: 'nrt', state: 'suspended' },
    {
      id: '148e21a2b30005',
      name: 'standby',
      state: 'stopped',
      config: { standbys: ['148e21a2b30001'], restart: { policy: 'no' } },
    },
    { id: '148e21a2b30006', name: 'crashed', state: 'failed', config: { schedule: 'daily' } },
    { id: '148e21a2b30007', name: 'far-away', region: 'syd', behaviour: { unreachable: true } },
    // This machine dates from before process groups had their present name.
    { id: '148e21a2b30008', name: 'old', config: { metadata: { process_group: 'legacy' } } },
    { id: '148e21a2b30009', name: 'bare', config: { metadata: {}, auto_destroy: true } },
    { id: '148e21a2b3000a', name: 'full', state: 'stopped', behaviour: { start: 'no-capacity' } },
    { id: '148e21a2b3000b', name: 'broken', state: 'stopped', behaviour: { start: 'error' } },
  ],
};

/** Returns the id of a machine of `SHOP` by its name. Throws when there is none. */
export function idOf(name: string): string {
  const id = SHOP.machines?.find((machine) => machine.name === name)?.id;
  if (id === undefined) throw new Error(`There is no machine ${name}.`);
  return id;
}
