import type { Answer } from './http.js';
import type { Machine } from './machines/machine.js';
import type { App, World } from './world.js';

const NAME = 'fly_flaps_affinity';

const nodeOf = ({ id }: App) => `node-${id}`;

/** Adds the cookie that leads the next request for the app to the node that knows of this one. */
export function withAffinity({ settings }: World, app: App, method: string, answer: Answer): Answer {
  const kind = method === 'GET' ? 'reads' : 'changes';
  if (settings.cookies !== 'all' && settings.cookies !== kind) return answer;
  const cookie = `${NAME}=${nodeOf(app)}; Path=/v1/apps/${app.name}`;
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
}

/**
 * Returns the time up to which the answering node knows all changes, in milliseconds since 1970; infinite for a
 * request that bears the cookie.
 */
export function knownUntil(
  { settings, clock }: World,
  app: App,
  headers: Readonly<Record<string, string | undefined>>,
): number {
  const cookies = (headers['cookie'] ?? '').split(';').map((it) => it.trim());
  const isAtHome = settings.staleMs === 0 || cookies.includes(`${NAME}=${nodeOf(app)}`);
  return isAtHome ? Number.POSITIVE_INFINITY : clock.now() - settings.staleMs;
}

/**
 * Returns a machine as a node knows it that has heard nothing since a time; undefined when the node has never
 * heard of it.
 */
export function asKnown(machine: Machine, until: number): Machine | undefined {
  const { past, events, createdAt, startedAt } = machine;
  const newest = past[0];
  if (newest === undefined || newest.at <= until) return machine;
  if (createdAt > until) return undefined;
  const then = past.find(({ at }) => at <= until) ?? past.at(-1) ?? newest;
  return {
    ...machine,
    state: then.state,
    instanceId: then.instanceId,
    updatedAt: then.at,
    startedAt: past.find(({ at, state }) => state === 'started' && at <= until)?.at ?? startedAt,
    events: events.filter(({ timestamp }) => timestamp <= until),
  };
}
