import type { Exchange } from '../../../emulator/exchange.js';
import { createFly, type Fly } from '../../../emulator/fly.js';
import { BEHAVIOURS } from '../../../emulator/machines/behaviour.js';
import type { MachineSpec } from '../../../emulator/machines/build.js';
import type { MachineState } from '../../../emulator/machines/states.js';
import { TRAITS, withTraits } from '../../../emulator/machines/traits.js';
import { seededRandom } from '../../../emulator/random.js';
import type { Setting } from '../../../emulator/setting.js';
import { type GivenSettings, SETTINGS } from '../../../emulator/settings.js';
import { createVirtualClock, type VirtualClock } from '../../../emulator/virtual-clock.js';

const STATES: readonly MachineState[] = [
  ...(['created', 'starting', 'started', 'stopping', 'stopped', 'suspending', 'suspended'] as const),
  ...(['restarting', 'replacing', 'failed', 'destroyed'] as const),
];

/** Machines of every state, behaviour and trait that the emulator has. */
const MACHINES: readonly MachineSpec[] = [
  ...STATES.map((state) => ({ id: `is-${state}`, state })),
  ...Object.entries(BEHAVIOURS).map(([id, behaviour]) => ({ id, state: 'stopped' as const, behaviour })),
  {
    id: 'has-nanoseconds',
    config: { stop_config: { timeout: 1_500_000_000 } },
    behaviour: { stopMs: 0.5 },
  },
  ...Object.entries(TRAITS).map(([name, trait]) => withTraits({ id: `has-${name}` }, [trait])),
];

type Asked = readonly [method: string, path: string, body?: object | undefined];

const APP = '/v1/apps/shop';
/** Requests of one machine: each of its orders, twice where the second is answered otherwise, and each way to read it. */
const OF_A_MACHINE: readonly Asked[] = [
  ['GET', ''],
  ['POST', '/start'],
  ['GET', '/wait?state=started&timeout=1'],
  ['GET', '?include_leases=true'],
  ['POST', '/exec', { command: ['true'], timeout: 1 }],
  ['POST', '/exec', { command: ['true'], container: 'nobody' }],
  ['POST', '/suspend'],
  ['POST', '/stop', {}],
  ['POST', '/cordon'],
  ['POST', '/restart'],
  ['POST', '/metadata/key', { value: 'text' }],
  ['GET', '/metadata'],
  ['GET', '/metadata/key'],
  ['GET', '/metadata/none'],
  ['POST', '/lease', { ttl: 60 }],
  ['POST', '/lease', { ttl: 60 }],
  ['GET', '/lease'],
  ['DELETE', '/lease'],
  ['POST', '/uncordon'],
  ['PATCH', '/metadata', { metadata: { key: null } }],
  ['GET', '/events?limit=50'],
];
/** Requests of an app, an organization or a token. */
const OF_ALL: readonly Asked[] = [
  ['GET', `${APP}/machines`],
  ['GET', `${APP}/machines?summary=true&include_leases=true&include_deleted=true`],
  ['GET', APP],
  ['GET', '/v1/apps/nobody'],
  ['GET', '/v1/apps?org_slug=my-org'],
  ['GET', '/v1/apps'],
  ['GET', '/v1/orgs/my-org/machines?limit=10'],
  ['GET', '/v1/orgs/my-org/machines?region=ams'],
  ['GET', '/v1/platform/regions'],
  ['GET', '/v1/tokens/current'],
];

/** Choice that hides all others, since it refuses whatever changes something. */
const HIDING = 'missingDischarge';

/** Settings of one walk each: together they hold every choice of every setting, most of them beside others. */
export function allSettings(): GivenSettings[] {
  const choices = Object.entries<Setting<unknown>>(SETTINGS).flatMap(([name, { choices }]) =>
    choices === undefined || name === HIDING ? [] : [{ name, choices }],
  );
  const walks = Math.max(...choices.map(({ choices: { length } }) => length));
  const mixed = Array.from(
    { length: walks },
    (_, walk): GivenSettings =>
      Object.fromEntries(choices.map(({ name, choices: all }) => [name, all[walk % all.length]])),
  );
  const hiding = SETTINGS[HIDING].choices?.slice(1).map((choice) => ({ [HIDING]: choice })) ?? [];
  return [...mixed, ...hiding, { orgErrorRegions: 'ams' }, { orgPage: 3, orgEmptyPages: true }];
}

/** Asks an emulated Fly everything, of machines of every kind, with tokens of every kind. Returns all that was asked and answered. */
export async function tour(settings: GivenSettings): Promise<Exchange[]> {
  const clock = createVirtualClock();
  const exchanges: Exchange[] = [];
  const fly = createFly({
    ...{ clock, random: seededRandom(3), apps: [{ name: 'shop', machines: MACHINES }] },
    settings: { rateLimits: false, unreachableMs: 1, ...settings },
    onExchange: (exchange) => void exchanges.push(exchange),
  });
  const tokens = {
    app: fly.mintToken({ app: 'shop', withDischarge: 3_600_000_000 }),
    org: fly.mintToken({ withDischarge: 3_600_000_000 }),
    bare: fly.mintToken({ app: 'shop' }),
    none: 'fm2_bm9uZQ==',
  };
  const { app } = tokens;
  for (const { id } of MACHINES) {
    const requests = OF_A_MACHINE.map(
      ([method, path, body]): Asked => [method, `${APP}/machines/${id}${path}`, body],
    );
    await askAll(fly, clock, app, requests);
  }
  for (const token of Object.values(tokens)) {
    const access = { app_name: 'shop', action: 'r' };
    const authorize = ['POST', '/v1/tokens/authorize', { header: token, access }] as const;
    await askAll(fly, clock, token, [...OF_ALL, authorize]);
  }
  return exchanges;
}

async function askAll(fly: Fly, clock: VirtualClock, token: string, requests: readonly Asked[]) {
  for (const [method, path, body] of requests) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { authorization: token, ...(body && { 'content-type': 'application/json' }) };
    await clock.run(fly.handle({ method, path, headers, body: text }));
  }
}
