import { MANY_APPS, SIXTY_APPS } from './organization.js';
import type { Scene } from './scene.js';

const inputs = { org: 'my-org', app: '*, !demo-billing', region: 'fra, iad', keep: '1', 'idle-for': '45m' };

export const IDLE_SCENES: readonly Scene[] = [
  {
    name: 'stop-idle-dry-run',
    says: 'stop-idle of 60 apps but one, as a dry run',
    command: 'stop-idle',
    inputs: { ...inputs, 'dry-run': 'true' },
    apps: SIXTY_APPS,
  },
  {
    name: 'stop-idle',
    says: 'stop-idle of 60 apps but one, for real',
    command: 'stop-idle',
    inputs,
    apps: SIXTY_APPS,
  },
  {
    name: 'stop-idle-announced',
    says: 'stop-idle of 3 apps, which announces its stops a day ahead',
    command: 'stop-idle',
    inputs: { org: 'my-org', app: 'staging-*', region: 'fra, iad', announce: '24h' },
    apps: SIXTY_APPS.slice(0, 3),
  },
  {
    name: 'stop-idle-10000',
    says: 'stop-idle of 2,520 apps with 10,000 machines, as a dry run',
    command: 'stop-idle',
    inputs: { ...inputs, limit: '5000', timeout: '1h', 'dry-run': 'true' },
    settings: { rateLimits: false },
    apps: MANY_APPS,
    huge: true,
  },
];
