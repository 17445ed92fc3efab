import { rfc3339 } from '../clock.js';
import type { Settings } from '../settings.js';
import { checksOf } from './checks.js';
import type { Machine } from './machine.js';

export interface View {
  readonly now: number;
  readonly settings: Settings;
  readonly summary?: boolean;
  readonly leases?: boolean;
}

/** A machine as the API shows it. */
export function machineJson(machine: Machine, { now, settings, summary, leases }: View): object {
  const { config, lease, instanceId, cordoned } = machine;
  const reachable = machine.behaviour.unreachable !== true;
  const version =
    summary === true && settings.summary === 'drops-version' ? {} : { instance_id: instanceId, cordoned };
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    image_ref: imageRef(config.image ?? ''),
    ...version,
    private_ip: machine.privateIp,
    created_at: rfc3339(machine.createdAt),
    updated_at: rfc3339(machine.updatedAt),
    ...(summary === true ? {} : details(machine, reachable, now)),
    ...(leases === true && lease !== undefined && lease.expiresAt * 1_000 > now
      ? { lease: { owner: lease.owner, description: lease.description, expires_at: lease.expiresAt } }
      : {}),
  };
}

function details(machine: Machine, reachable: boolean, now: number): object {
  const { config } = machine;
  return {
    ...(reachable ? { config } : { incomplete_config: { guest: config.guest, metadata: config.metadata } }),
    events: machine.events,
    checks: reachable ? checksOf(machine, now) : [],
    host_status: reachable ? 'ok' : 'unreachable',
  };
}

function imageRef(image: string): object {
  const [, registry = 'registry.fly.io', repository = '', tag = 'latest'] =
    /^([^/]+)\/(.+?)(?::([^:/]+))?$/.exec(image) ?? [];
  return { registry, repository, tag, digest: `sha256:${'0'.repeat(64)}` };
}
