import type { FlyRequest } from '../../emulator/http.js';

type Meets = (request: FlyRequest) => boolean;

/** Returns the parts of a path: `['v1', 'apps', 'my-app', 'machines', 'd891…', 'start']`. */
function partsOf({ path }: FlyRequest): readonly string[] {
  const query = path.indexOf('?');
  return (query < 0 ? path : path.slice(0, query)).split('/').slice(1);
}

/** Name of what is asked of one machine (`start`, `exec`, `lease`; `''` for a look at it); undefined for anything else. */
function verbOf(request: FlyRequest): string | undefined {
  if (!request.path.startsWith('/v1/apps/')) return undefined;
  const [, , , machines, id, verb = ''] = partsOf(request);
  return machines === 'machines' && id !== undefined && id !== '' ? verb : undefined;
}

const CHANGES: ReadonlySet<string> = new Set(['start', 'stop', 'suspend', 'restart', 'cordon', 'uncordon']);

/** Kinds of requests that a fault may concern alone. */
export const REQUESTS = {
  any: () => true,
  api: ({ path }) => path.startsWith('/v1/'),
  change: (request) => request.method === 'POST' && CHANGES.has(verbOf(request) ?? ''),
  start: (request) => verbOf(request) === 'start',
  suspend: (request) => verbOf(request) === 'suspend',
  halt: (request) => verbOf(request) === 'stop' || verbOf(request) === 'restart',
  exec: (request) => verbOf(request) === 'exec',
  lease: (request) => verbOf(request) === 'lease',
  metadata: (request) => verbOf(request) === 'metadata',
  wait: (request) => verbOf(request) === 'wait',
  look: (request) => request.method === 'GET' && verbOf(request) === '',
  ofMachine: (request) => verbOf(request) !== undefined,
  list: (request) => {
    if (!request.path.startsWith('/v1/')) return false;
    const parts = partsOf(request);
    return parts.length === 4 && parts[3] === 'machines';
  },
  read: ({ method, path }) => method === 'GET' && path.startsWith('/v1/'),
  party: ({ path }) => path.startsWith('/aaa/') || path.startsWith('/own/'),
  metrics: ({ path }) => path.startsWith('/prometheus/'),
} as const satisfies Readonly<Record<string, Meets>>;
