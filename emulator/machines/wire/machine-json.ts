import { rfc3339 } from '../../clock.js';
import type { Settings } from '../../settings.js';
import { checksOf } from '../checks.js';
import { containersOf } from '../containers.js';
import type { Machine } from '../machine.js';

/** Options of a machine's form: the time in milliseconds since 1970, and what to show. */
export interface View {
  readonly now: number;
  readonly settings: Settings;
  readonly summary?: boolean;
  readonly leases?: boolean;
}

/** Converts a machine to the form of the API. */
export function machineJson(machine: Machine, { now, settings, summary, leases }: View): object {
  const { lease, instanceId, cordoned } = machine;
  if (machine.behaviour.zombie === true) return zombieJson(machine);
  const reachable = machine.behaviour.unreachable !== true;
  const version =
    summary === true && settings.summary === 'drops-version' ? {} : { instance_id: instanceId, cordoned };
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    image_ref: imageRef(machine),
    ...version,
    private_ip: machine.privateIp,
    created_at: rfc3339(machine.createdAt),
    // The time follows the events: a report of a check doesn't move it.
    updated_at: rfc3339(Math.max(machine.events[0]?.timestamp ?? machine.updatedAt, machine.writtenAt)),
    ...(summary === true ? {} : details(machine, { reachable, now, settings })),
    ...(leases === true && lease !== undefined && lease.expiresAt * 1_000 > now
      ? { lease: { owner: lease.owner, description: lease.description, expires_at: lease.expiresAt } }
      : {}),
  };
}

/** Number of events, the newest, that a machine shows; all have a route of their own. */
const EVENTS_SHOWN = 5;

function zombieJson({ id, state, region }: Machine): object {
  const [created_at, updated_at] = [rfc3339(0), rfc3339(0)];
  return { id, name: '', state, region, instance_id: '', created_at, updated_at, events: null, checks: null };
}

function details(
  machine: Machine,
  { reachable, now, settings }: View & { readonly reachable: boolean },
): object {
  const { config } = machine;
  const containers = reachable ? containersOf(machine, now) : [];
  return {
    ...(reachable ? { config } : { incomplete_config: { guest: config.guest, metadata: config.metadata } }),
    events: machine.events.slice(0, EVENTS_SHOWN),
    ...(containers.length > 0 && { containers }),
    checks: reachable ? checksOf(machine, now, settings) : [],
    host_status: reachable ? 'ok' : 'unreachable',
  };
}

/** Registry of the images whose names leave it out: Docker Hub. */
const DOCKER_HUB = 'registry-1.docker.io';

function imageRef({ config: { image = '' }, imageLabels }: Machine): object {
  const [, name = '', tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/.exec(image) ?? [];
  const [first = '', ...rest] = name.split('/');
  const named = rest.length > 0 && /[.:]/.test(first);
  return {
    registry: named ? first : DOCKER_HUB,
    repository: named ? rest.join('/') : name,
    tag,
    digest: `sha256:${'0'.repeat(64)}`,
    ...(Object.keys(imageLabels).length === 0 ? {} : { labels: imageLabels }),
  };
}
