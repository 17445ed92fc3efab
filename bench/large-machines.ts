import type { MachineSpec } from '../emulator/machines/build.js';

const REGIONS = ['fra', 'ams', 'iad', 'nrt', 'syd'];

const CHECK = { type: 'http', interval: '15s', timeout: '2s', grace_period: '30s', method: 'GET' };

/**
 * Makes machines whose JSON is as long as that of a real app, some 4 KB each: variables, two services with
 * checks, a volume.
 */
export function largeMachines(count: number): readonly MachineSpec[] {
  return Array.from({ length: count }, (_, index) => largeMachine(index));
}

function largeMachine(index: number): MachineSpec {
  return {
    name: `worker-${index}`,
    region: REGIONS[index % REGIONS.length] ?? 'fra',
    processGroup: index % 4 === 0 ? 'worker' : 'web',
    state: index % 3 === 0 ? 'stopped' : 'started',
    metadata: {
      owner: `team-${index % 20}`,
      tier: index % 2 === 0 ? 'paid' : 'free',
      fly_flyctl_version: '0.4.74',
    },
    config: {
      env: environment(index),
      services: [
        service(8080, [
          { port: 80, handlers: ['http'], force_https: true },
          { port: 443, handlers: ['tls', 'http'] },
        ]),
        service(9090, [
          { port: 9443, handlers: ['tls'], tls_options: { alpn: ['h2'], versions: ['TLSv1.3'] } },
        ]),
      ],
      checks: {
        alive: { ...CHECK, port: 8080, path: '/internal/alive' },
        ready: { ...CHECK, port: 8080, path: '/internal/ready' },
        metrics: { type: 'tcp', port: 9090, interval: '10s', timeout: '1s' },
      },
      mounts: [
        {
          volume: `vol_${(index + 1_000_000).toString(36)}`,
          name: 'data',
          path: '/data',
          size_gb: 10,
          encrypted: true,
        },
      ],
      stop_config: { timeout: '30s', signal: 'SIGTERM' },
      metrics: { port: 9090, path: '/metrics', https: false },
      dns: {},
    },
  };
}

function service(
  port: number,
  ports: readonly object[],
): NonNullable<NonNullable<MachineSpec['config']>['services']>[number] {
  return {
    protocol: 'tcp',
    internal_port: port,
    autostop: 'off',
    autostart: false,
    min_machines_running: 1,
    ports,
    checks: [{ ...CHECK, path: '/up', headers: [{ name: 'X-Forwarded-Proto', values: ['https'] }] }],
    concurrency: { type: 'requests', hard_limit: 250, soft_limit: 200 },
    force_instance_key: null,
  };
}

function environment(index: number): Readonly<Record<string, string>> {
  return {
    NODE_ENV: 'production',
    PORT: '8080',
    LOG_LEVEL: 'info',
    PRIMARY_REGION: 'fra',
    FLY_PROCESS_GROUP: index % 4 === 0 ? 'worker' : 'web',
    SHARD: String(index),
    OTEL_SERVICE_NAME: `worker-${index}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.internal.example.com:4318',
    CACHE_URL: 'redis://cache.internal:6379/0',
    BUCKET: 'example-production-uploads',
    PUBLIC_URL: 'https://www.example.com',
    QUEUE_PREFIX: 'production:jobs:default',
    FEATURES: 'search,exports,webhooks,audit-log,sso,billing-v2',
    SMTP_URL: 'smtp://mail.internal.example.com:587',
    STATSD_ADDRESS: 'statsd.internal:8125',
    SESSION_DOMAIN: '.example.com',
    MAX_UPLOAD_BYTES: '52428800',
    WORKER_CONCURRENCY: '25',
    GRACEFUL_TIMEOUT: '25s',
    RELEASE: `2026-11-24.${index % 50}-3f2c9d1e7a`,
    DATABASE_POOL: 'min=2 max=20 idle=30s lifetime=10m statement=15s',
    ALLOWED_ORIGINS: 'https://www.example.com,https://admin.example.com,https://partner.example.com',
  };
}
