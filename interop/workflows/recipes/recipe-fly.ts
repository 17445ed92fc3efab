import { once } from 'node:events';
import { createServer } from 'node:http';
import { systemClock } from '../../../emulator/clock.js';
import { createFly, type Fly } from '../../../emulator/fly.js';
import type { AppSpec, MachineSpec } from '../../../emulator/machines/build.js';
import { LOADS } from '../../../emulator/metrics/load.js';
import { systemRandom } from '../../../emulator/random.js';
import { serve } from '../../../emulator/server.js';

const idle: MachineSpec = { behaviour: { load: LOADS.idle } };
const busy: MachineSpec = { behaviour: { load: LOADS.busy } };
const stopped = { state: 'stopped' } as const;
/** Apps that the README's recipes name. */
const APPS: readonly AppSpec[] = [
  {
    name: 'my-app',
    machines: [
      {},
      { ...stopped, region: 'iad', config: { checks: { alive: { type: 'tcp', port: 8080 } } } },
      { ...stopped, id: '148e21ea7e4689', processGroup: 'worker' },
      { processGroup: 'worker', metadata: { keep: 'true' } },
    ],
  },
  { name: 'staging-web', machines: [idle, idle, busy, idle, idle, stopped].map(inTwoRegions) },
  { name: 'staging-billing', machines: [idle] },
];

function inTwoRegions(spec: MachineSpec, index: number): MachineSpec {
  return { ...spec, region: index < 3 ? 'fra' : 'iad' };
}

/** A Fly for one run of a recipe, and the variables that lead the run to it. */
export interface RecipeFly {
  /** Returns the changes so far. */
  changes(): FlyChanges;
  readonly url: string;
  /** Address of an app, which answers each request well. */
  readonly appUrl: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Numbers of changes, by a few words each. */
export interface FlyChanges {
  /** Requests that changed something: `my-app POST start: 2`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Machines whose state changed: `my-app worker stopped → started: 1`. */
  readonly moved: Readonly<Record<string, number>>;
}

/** Starts the Fly in this process. Its machines have been in their state for an hour. */
export async function startRecipeFly(): Promise<RecipeFly> {
  const settings = {
    ...({ bootMs: 10, stopMs: 10, suspendMs: 10, metricsAccess: 'allowed' } as const),
    own: { credential: 'oidc' },
  };
  const fly = createFly({ clock: systemClock, random: systemRandom, apps: APPS, settings });
  const app = await serveApp();
  const server = await serve(fly, { onError: (error) => console.error(error) });
  const before = stateById(fly);
  return {
    changes: () => ({
      requests: counted(changingRequests(fly)),
      moved: counted(moves(before, stateById(fly))),
    }),
    url: server.url,
    appUrl: app.url,
    // act has no OIDC of its own.
    env: { FLY_FLAPS_BASE_URL: server.url, ...fly.github },
    secrets: {
      FLY_DEPLOY_TOKEN: fly.mintToken({ app: 'my-app', actions: 'rC' }),
      FLY_ORG_TOKEN: fly.mintToken(),
      FLY_CAVEATED_TOKEN: fly.mintToken({ app: 'my-app', actions: 'rC', thirdParty: ['aaa', 'own'] }),
    },
    close: async () => {
      app.close();
      await server.close();
    },
  };
}

/** Serves an app on loopback that is always well. */
async function serveApp(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((_, response) => response.end('up')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the app has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function changingRequests({ requests }: Fly): readonly string[] {
  const changing = requests.filter(({ method, status = 0 }) => method !== 'GET' && status < 300);
  return changing.flatMap(({ method, path }) => {
    const { app, verb } =
      /^\/v1\/apps\/(?<app>[^/]+)\/machines\/[^/]+\/(?<verb>[a-z]+)/.exec(path)?.groups ?? {};
    return verb === undefined ? [] : `${app} ${method} ${verb}`;
  });
}

/** Returns app with process group, and state, by machine id. */
function stateById(fly: Fly): ReadonlyMap<string, readonly [string, string]> {
  return new Map(
    APPS.flatMap(({ name }) =>
      fly.machines(name).map(({ id, state, config }) => {
        const group = config.metadata?.['fly_process_group'];
        return [id, [`${name} ${group}`, state]] as const;
      }),
    ),
  );
}

function moves(before: ReturnType<typeof stateById>, after: ReturnType<typeof stateById>): readonly string[] {
  return [...after].flatMap(([id, [where, state]]) => {
    const was = before.get(id)?.[1];
    return was === state ? [] : `${where} ${was} → ${state}`;
  });
}

function counted(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const it of words) counts[it] = (counts[it] ?? 0) + 1;
  return counts;
}
