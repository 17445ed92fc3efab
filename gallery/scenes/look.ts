import type { AppSpec, MachineSpec } from '../../emulator/machines/build.js';
import { parseAction } from '../../src/macaroon/action-mask.js';
import type { Caveat } from '../../src/macaroon/caveats.js';
import { SIXTY_APPS } from './organization.js';
import { type Scene, spread, turn } from './scene.js';

/** Machines of one app in three groups, in an order that nobody would choose. */
function machinesOf(count: number): MachineSpec[] {
  return Array.from({ length: count }, (_, index) => index)
    .sort((a, b) => spread(a, count) - spread(b, count))
    .map((n) => {
      const processGroup = turn(['web', 'worker', 'cron'], n);
      return {
        name: `${processGroup}-${Math.floor(n / 3) + 1}`,
        processGroup,
        region: turn(['fra', 'iad'], spread(n, 5)),
        state: turn(['started', 'started', 'stopped', 'started', 'suspended'], spread(n, 10)),
        cordoned: n === 7,
        metadata: n === 3 ? { 'marked-night': '2025-01-14T21:00:04Z stopped acme/shop/20250114' } : {},
        sinceMs: (1 + n) * 1_800_000,
      };
    });
}

/** As `fly tokens create machine-exec -- bin/rails db:migrate` adds it. */
const MIGRATE_ALONE: Caveat = {
  name: 'IfPresent',
  body: {
    ifs: [{ name: 'Commands', body: [{ args: ['bin/rails', 'db:migrate'], exact: true }] }],
    else: parseAction('r'),
  },
};

const shop: AppSpec = { name: 'shop-api', machines: machinesOf(30) };

export const LOOK_SCENES: readonly Scene[] = [
  {
    name: 'list-30',
    says: 'list of 30 machines: 3 groups, 3 states, 2 regions',
    command: 'list',
    inputs: { app: 'shop-api' },
    apps: [shop],
  },
  {
    name: 'list-organization',
    says: 'list of an organization with 60 apps',
    command: 'list',
    inputs: { org: 'my-org', app: '*' },
    apps: SIXTY_APPS,
  },
  {
    name: 'list-10000',
    says: 'list of 10,000 machines',
    command: 'list',
    inputs: { app: 'shop-api' },
    apps: [{ name: 'shop-api', machines: machinesOf(10_000) }],
    huge: true,
  },
  {
    name: 'inspect',
    says: 'inspect of a deploy token that ends in nine days',
    command: 'inspect',
    inputs: { app: 'shop-api' },
    apps: [shop],
    token: { app: 'shop-api', expires: Date.UTC(2025, 0, 24, 9, 30) / 1_000 },
  },
  {
    name: 'inspect-narrow',
    says: 'inspect of a token that may do little',
    command: 'inspect',
    inputs: { app: 'shop-api' },
    apps: [shop],
    token: {
      app: 'shop-api',
      actions: 'rC',
      expires: Date.UTC(2025, 1, 3) / 1_000,
      extraCaveats: [MIGRATE_ALONE],
    },
  },
];
