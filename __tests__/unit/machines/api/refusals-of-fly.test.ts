import type { FaultRule } from '../../../../emulator/faults.js';
import type { Fly } from '../../../../emulator/fly.js';
import type { MachineSpec } from '../../../../emulator/machines/build.js';
import type { GivenSettings } from '../../../../emulator/settings.js';
import type { ErrorClass } from '../../../../src/errors.js';
import type { HttpRequest, Transport } from '../../../../src/http/transport.js';
import type { MachineRef, MachinesClient } from '../../../../src/machines/api/client.js';
import { REFUSALS, type RefusalName } from '../../../../src/machines/api/refusal-table.js';
import { Refusal } from '../../../../src/machines/api/refusals.js';
import { changes } from '../../../support/rigs/changes.js';
import { APP, createMachinesRig, type MachinesRig, thrownBy } from '../../../support/rigs/machines-rig.js';

const ID = '148e000000000a';
const MACHINE: MachineRef = { app: APP, id: ID };
const NEVER = new AbortController().signal;

interface Told {
  readonly class: ErrorClass;
  readonly status: number;
  readonly passes?: true;
  readonly isAboutMachine?: true;
  /** Words of the hint. */
  readonly hint: RegExp;
}

/** One way of bringing Fly to refuse, and the request that it refuses. */
interface Scene {
  readonly when: string;
  readonly told: Told;
  readonly machine?: MachineSpec;
  readonly settings?: GivenSettings;
  readonly fault?: FaultRule['fault'];
  /** The token that is sent instead of a complete one. */
  readonly token?: (fly: Fly) => string;
  /** What becomes of each request on its way. */
  readonly onTheWay?: (request: HttpRequest) => HttpRequest;
  readonly before?: (rig: MachinesRig) => Promise<unknown>;
  /** Default: a start. */
  readonly ask?: (client: MachinesClient, rig: MachinesRig) => Promise<unknown>;
}

const start = (client: MachinesClient) => changes(client).start(MACHINE, {}, NEVER);
const suspend = (client: MachinesClient) => changes(client).suspend(MACHINE, {}, NEVER);

/** A request of somebody else, with a complete token of their own. */
function others(fly: Fly, path: string, body: object = {}): ReturnType<Fly['handle']> {
  return fly.handle({
    method: 'POST',
    path: `/v1/apps/${APP}/machines/${ID}/${path}`,
    headers: { authorization: fly.mintToken({ thirdParty: false }) },
    body: JSON.stringify(body),
  });
}

/** Changes the machine, and lets so much time pass. */
const after =
  (ms: number, change: (fly: Fly) => unknown) =>
  async ({ fly, clock }: MachinesRig): Promise<void> => {
    await change(fly);
    await clock.sleep(ms, NEVER);
  };
const replaced = after(100, (fly) => fly.replaceMachine(APP, ID));
const stopped: MachineSpec = { state: 'stopped' };

const wrongState = (hint: RegExp) => ({ class: 'wrong state', status: 412, hint }) as const;
const IN_BETWEEN: Told = { ...wrongState(/settle/), passes: true };
const UNFIT: Told = { ...wrongState(/fallback: stop/), isAboutMachine: true };
const FULL: Told = { class: 'no capacity', status: 409, isAboutMachine: true, hint: /fly machine clone/ };
const HELD: Told = { class: 'lease held', status: 409, passes: true, hint: /concurrency/ };
const FORBIDDEN: Told = { class: 'forbidden', status: 403, hint: /caveat/ };
const UNAUTHORIZED: Told = { class: 'unauthorized', status: 401, hint: /tokens create deploy/ };
const GONE: Told = { class: 'not found', status: 404, hint: /is destroyed/ };
const OURS: Told = {
  class: 'wrong state',
  status: 400,
  isAboutMachine: true,
  hint: /fly machine status -d/,
};

/** Somebody else has the lease for two minutes. */
const leased: Omit<Scene, 'when' | 'told' | 'ask'> = {
  machine: stopped,
  before: async ({ fly }) => {
    expect(await others(fly, 'lease', { ttl: 120, description: 'a deploy' })).toMatchObject({ status: 201 });
  },
};

const inState = (state: NonNullable<MachineSpec['state']>): Scene => ({
  when: `start is asked of a machine that is ${state}`,
  machine: { state, behaviour: { createdMs: 60_000 } },
  told: IN_BETWEEN,
});

const full = (capacityText: NonNullable<GivenSettings['capacityText']>): Scene => ({
  when: `its host is full (${capacityText})`,
  machine: { ...stopped, behaviour: { start: 'no-capacity' } },
  settings: { capacityText },
  told: FULL,
});

/** What the emulator itself never says. */
const says = (status: number, body: string | object) => ({ status, body });

const SCENES: Readonly<Record<RefusalName, readonly Scene[]>> = {
  'lease held': [
    { ...leased, when: 'another holds the lease', told: HELD },
    {
      ...leased,
      when: 'stop is asked',
      told: HELD,
      ask: (client) => changes(client).stop(MACHINE, {}, NEVER),
    },
    {
      ...leased,
      when: 'the lease is asked for, too',
      told: HELD,
      ask: (client) => client.acquireLease(MACHINE, { ttl: 10, description: '' }, NEVER),
    },
    {
      ...leased,
      when: 'it is said in the older way',
      settings: { leaseRefusal: 'message' },
      told: HELD,
    },
    {
      ...leased,
      when: 'our own lease ran out meanwhile',
      told: HELD,
      ask: (client) => changes(client).start(MACHINE, { nonce: 'of-another-time' }, NEVER),
    },
  ],
  'machine limit': [
    {
      when: 'the organization has no machine left',
      machine: { ...stopped, behaviour: { start: 'machine-limit' } },
      told: { class: 'no capacity', status: 422, hint: /ask Fly for more/ },
    },
  ],
  quota: [
    {
      when: 'the organization has used up its memory in the region',
      fault: says(403, {
        error: 'organization "acme" is using 1 MB of memory in fra which is over the allowed quota',
      }),
      told: { class: 'no capacity', status: 403, hint: /billing page/ },
    },
  ],
  'not paid for': [
    {
      when: 'a bill is open',
      fault: says(402, {}),
      told: { class: 'no capacity', status: 402, hint: /payments/ },
    },
  ],
  'host full': [
    {
      when: 'the code says so, with 503',
      machine: stopped,
      fault: says(503, { error: 'unavailable', status: 'insufficient_capacity' }),
      told: { ...FULL, status: 503 },
    },
    full('aborted: could not reserve resource for machine: insufficient memory available to fulfill request'),
    full('insufficient resources available'),
    full('governor policy blocked start'),
    full('deploys to this host are temporarily disabled'),
    {
      when: 'the code says so, with 412',
      machine: { ...stopped, behaviour: { start: 'no-capacity-412' } },
      told: { ...FULL, status: 412 },
    },
    {
      when: 'the code says so, with 422',
      machine: { ...stopped, behaviour: { start: 'no-capacity-422' } },
      told: { ...FULL, status: 422 },
    },
  ],
  'still active': [
    {
      when: 'the stop is not finished though it is shown as stopped',
      machine: { behaviour: { stopMs: 100, lingersMs: 5_000 } },
      before: after(200, (fly) => others(fly, 'stop')),
      told: IN_BETWEEN,
    },
    {
      when: 'it is being suspended',
      before: after(100, (fly) => others(fly, 'suspend')),
      told: IN_BETWEEN,
    },
    { when: 'it is started already', settings: { startOnStarted: 'still-active' }, told: IN_BETWEEN },
  ],
  'getting replaced': [
    {
      when: 'a deploy is at it, in the one wording',
      settings: { replacingText: 'replaced' },
      before: replaced,
      told: IN_BETWEEN,
    },
  ],
  'state in between': [
    inState('created'),
    inState('creating'),
    inState('updating'),
    { when: 'a deploy is at it, in the other wording', before: replaced, told: IN_BETWEEN },
    {
      when: 'it is being stopped',
      machine: { behaviour: { stopMs: 4_000 } },
      before: after(100, (fly) => others(fly, 'stop')),
      told: IN_BETWEEN,
    },
    {
      when: 'stop is asked too early',
      machine: { state: 'created' },
      settings: { stopUnready: 'refused' },
      ask: (client) => changes(client).stop(MACHINE, {}, NEVER),
      told: IN_BETWEEN,
    },
    { when: 'suspend is asked too early', machine: { state: 'created' }, ask: suspend, told: IN_BETWEEN },
  ],
  'version replaced': [
    {
      when: 'the version that is waited for is an old one',
      settings: { waitReplaced: '412' },
      ask: async (client, rig) => {
        const { instanceId } = await client.get(MACHINE, NEVER);
        await replaced(rig);
        await client.wait(MACHINE, { states: ['stopped'], version: instanceId, seconds: 5 }, NEVER);
      },
      told: { ...wrongState(/deploy/), passes: true },
    },
  ],
  'state that stays': [
    {
      when: 'it has failed',
      machine: { state: 'failed' },
      settings: { startOnFailed: 'refused' },
      told: { ...wrongState(/fly machine status/), isAboutMachine: true },
    },
    {
      when: 'it is destroyed, though it can still be read',
      machine: { state: 'destroyed', sinceMs: 1_000 },
      told: { ...wrongState(/fly machine status/), isAboutMachine: true },
    },
    {
      when: 'suspend is asked of a stopped machine',
      machine: stopped,
      settings: { suspendInactive: 'refused' },
      ask: suspend,
      told: { ...wrongState(/fly machine status/), isAboutMachine: true },
    },
    {
      when: 'restart is asked of a suspended machine',
      machine: { state: 'suspended' },
      settings: { restartInactive: 'refused' },
      ask: (client) => changes(client).restart(MACHINE, {}, NEVER),
      told: { ...wrongState(/fly machine status/), isAboutMachine: true },
    },
  ],
  busy: [
    {
      when: 'something else is going on',
      fault: says(412, { error: 'failed_precondition: machine is busy' }),
      told: IN_BETWEEN,
    },
  ],
  'exec cut': [
    {
      when: 'the machine ends while a command runs',
      fault: says(412, { error: 'failed_precondition: exec request failed: EOF' }),
      ask: (client) => client.exec(MACHINE, { command: ['true'], timeout: 1_000 }, NEVER),
      told: { class: 'Fly failure', status: 412, hint: /out of memory/ },
    },
  ],
  'volume in use': [
    {
      when: 'another machine has its volume',
      machine: { ...stopped, behaviour: { start: 'volume-in-use' } },
      told: { ...wrongState(/fly volumes list/), isAboutMachine: true },
    },
  ],
  'not suspendable': [
    {
      when: 'it has too much memory',
      machine: { config: { guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 4_096 } } },
      ask: suspend,
      told: UNFIT,
    },
    {
      when: 'it has swap, and Fly says 400',
      machine: { config: { init: { swap_size_mb: 512 } } },
      settings: { suspendUnsuitable: '400' },
      ask: suspend,
      told: { ...UNFIT, status: 400 },
    },
  ],
  'version changed': [
    {
      when: 'somebody was faster',
      fault: says(409, { error: 'aborted: wrong current_version' }),
      told: { class: 'wrong state', status: 409, hint: /changed the machine/ },
    },
  ],
  conflict: [
    {
      when: 'Fly does not say what collided',
      fault: says(409, {}),
      told: { class: 'wrong state', status: 409, hint: /same time/ },
    },
  ],
  precondition: [
    {
      when: 'something else is missing',
      fault: says(412, { error: 'failed_precondition: the machine has no image' }),
      told: { ...wrongState(/fly machine status/), isAboutMachine: true },
    },
  ],
  'bad option': [
    {
      when: 'the signal is unknown',
      ask: (client) => changes(client).stop(MACHINE, { signal: 'SIGODD' }, NEVER),
      told: { class: 'input', status: 400, hint: /kill-timeout/ },
    },
    {
      when: 'the signal of a restart is unknown',
      ask: (client) => changes(client).restart(MACHINE, { signal: 'SIGODD' }, NEVER),
      told: { class: 'input', status: 400, hint: /kill-timeout/ },
    },
  ],
  'bad request': [
    {
      when: 'an unknown state is waited for',
      ask: (client) => client.wait(MACHINE, { states: ['odd'], version: undefined, seconds: 5 }, NEVER),
      told: OURS,
    },
    {
      when: 'the wait needs a version',
      settings: { waitStopped: 'needs-version' },
      ask: (client) => client.wait(MACHINE, { states: ['stopped'], version: undefined, seconds: 5 }, NEVER),
      told: OURS,
    },
  ],
  'action not allowed': [
    {
      when: 'the token only reads',
      token: (fly) => fly.mintToken({ thirdParty: false, actions: 'r' }),
      told: FORBIDDEN,
    },
    {
      when: 'the token may change machines but not lease them',
      settings: { leaseAction: 'w' },
      token: (fly) => fly.mintToken({ thirdParty: false, app: APP, actions: 'rC' }),
      ask: (client) => client.acquireLease(MACHINE, { ttl: 10, description: '' }, NEVER),
      told: FORBIDDEN,
    },
  ],
  forbidden: [
    {
      when: 'the token is of another app',
      token: (fly) => fly.mintToken({ thirdParty: false, app: 'other-app' }),
      told: { ...FORBIDDEN, hint: /another organization or app/ },
    },
    {
      when: 'the token is of another organization',
      token: (fly) => fly.mintToken({ thirdParty: false, org: 'other-org' }),
      ask: (client) => client.list(APP, NEVER),
      told: { ...FORBIDDEN, hint: /another organization or app/ },
    },
  ],
  unauthorized: [
    { when: 'the token is no token', token: () => 'FlyV1 fm2_odd', told: UNAUTHORIZED },
    {
      when: 'the token is at its end',
      token: (fly) => fly.mintToken({ thirdParty: false, expires: fly.clock.now() / 1_000 - 60 }),
      told: UNAUTHORIZED,
    },
    {
      when: 'the token only reads, and Fly says 401',
      settings: { missingAction: '401' },
      token: (fly) => fly.mintToken({ thirdParty: false, actions: 'r' }),
      told: { ...UNAUTHORIZED, hint: /made for what this step does/ },
    },
  ],
  'discharge missing': [
    {
      when: 'Fly wants another discharge',
      fault: says(401, {
        error:
          'verify: invalid token: all tokens missing third-party discharge tokens; token 1: no matching discharge token',
      }),
      told: { class: 'missing discharge', status: 401, hint: /`inspect`.*SSO/ },
    },
  ],
  'container gone': (['404', '400'] as const).map((execContainer) => ({
    when: `a command is for a container that the machine lacks (${execContainer})`,
    ask: (client) => client.exec(MACHINE, { command: ['true'], timeout: 5_000, container: 'side' }, NEVER),
    machine: { config: { containers: [{ name: 'web' }] } },
    settings: { execContainer },
    told: { class: 'not found', status: Number(execContainer), hint: /Check `container`/ },
  })),
  'machine gone': [
    {
      when: 'there is no such machine',
      ask: (client) => changes(client).start({ app: APP, id: 'x' }, {}, NEVER),
      told: GONE,
    },
    { when: 'it was destroyed long ago', machine: { state: 'destroyed' }, told: GONE },
    {
      when: 'its lease is looked for',
      ask: (client) => client.currentLease({ app: APP, id: 'x' }, NEVER),
      told: GONE,
    },
  ],
  'lease gone': [
    {
      when: 'a lease is given back that has run out',
      ask: (client) => client.releaseLease(MACHINE, 'of-another-time', NEVER),
      told: { class: 'not found', status: 404, hint: /run out/ },
    },
    {
      when: 'a change brings a nonce where no lease is held',
      machine: stopped,
      settings: { unheldNonce: 'refused' },
      ask: (client) => changes(client).start(MACHINE, { nonce: 'of-another-time' }, NEVER),
      told: { class: 'not found', status: 404, hint: /run out/ },
    },
  ],
  'app not found': [
    {
      when: 'there is no such app',
      ask: (client) => client.list('no-app', NEVER),
      told: { class: 'not found', status: 404, hint: /fly apps list/ },
    },
  ],
  'unknown route': [
    {
      when: 'something else answers than the Machines API',
      onTheWay: (request) => ({ ...request, url: new URL(request.url.href.replace('/v1/', '/v0/')) }),
      told: { class: 'not found', status: 404, hint: /api-url/ },
    },
  ],
  'not found': [
    {
      when: 'Fly does not say what is missing',
      fault: says(404, ''),
      told: { class: 'not found', status: 404, hint: /Check the name/ },
    },
  ],
  'host unreachable': [
    {
      when: 'its host does not answer',
      machine: { ...stopped, behaviour: { unreachable: true } },
      told: { class: 'timeout', status: 408, hint: /may have happened/ },
    },
  ],
  'rate limited': [
    {
      // The client asks on until the deadline, so the answer is taken from beside it.
      when: 'there are too many requests at once',
      ask: async (_, { fly }) => {
        for (let tries = 0; tries < 10; tries += 1) {
          const reply = await others(fly, 'start');
          if ('status' in reply && reply.status > 299) throw new Refusal('start', reply);
        }
      },
      told: { class: 'rate limited', status: 429, hint: /more time/ },
    },
  ],
  'server error': [
    {
      when: 'Fly is down',
      fault: says(503, 'upstream connect error'),
      told: { class: 'Fly failure', status: 503, hint: /status\.flyio\.net and/ },
    },
    {
      when: 'Fly is down for reading, again and again',
      fault: says(502, '<html>Bad Gateway</html>'),
      ask: (client) => client.get(MACHINE, NEVER),
      told: { class: 'Fly failure', status: 502, hint: /status\.flyio\.net and/ },
    },
  ],
  'failed after all': [
    {
      when: 'a success says that it failed',
      fault: says(200, { status: 'error', message: 'it did not come up' }),
      told: { class: 'Fly failure', status: 200, hint: /fly logs/ },
    },
  ],
  'anything else': [
    {
      when: 'the answer leads elsewhere',
      fault: says(302, ''),
      told: { class: 'Fly failure', status: 302, hint: /api-url/ },
    },
  ],
};

async function refusedIn(scene: Scene): Promise<{ refused: unknown; until: number }> {
  const { settings = {}, fault, token, onTheWay = (request) => request } = scene;
  let authorization: string | undefined;
  const around =
    (transport: Transport): Transport =>
    (request) => {
      const headers = { ...request.headers, ...(authorization !== undefined && { authorization }) };
      return transport(onTheWay({ ...request, headers }));
    };
  const rig = createMachinesRig({
    machines: [{ id: ID, ...scene.machine }],
    otherApps: [{ name: 'other-app' }, { name: 'far-app', org: 'other-org' }],
    settings,
    faults: fault === undefined ? [] : [{ fault }],
    around,
  });
  authorization = token?.(rig.fly);
  const until = (Math.floor(rig.clock.now() / 1_000) + 120) * 1_000;
  const refused = await rig.clock.run(
    thrownBy(
      (async () => {
        await scene.before?.(rig);
        await (scene.ask ?? start)(rig.client, rig);
      })(),
    ),
  );
  return { refused, until };
}

const ALL = Object.entries(SCENES).flatMap(([name, scenes]) =>
  scenes.map((scene) => [name, scene.when, scene] as const),
);

describe('the refusals of Fly', () => {
  it('are brought about for every row of the table', () => {
    expect(Object.keys(SCENES).sort()).toEqual(REFUSALS.map(({ name }) => name).sort());
    expect(Object.values(SCENES).every((scenes) => scenes.length > 0)).toBe(true);
  });

  it.each(ALL)('are told as "%s" when %s', async (name, _, scene) => {
    const { refused, until } = await refusedIn(scene);
    const { hint, passes = false, isAboutMachine = false, ...told } = scene.told;
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({ kind: name, ...told, passes, isAboutMachine });
    expect(refused).toMatchObject({ hint: expect.stringMatching(hint) });
    const holder = { owner: expect.stringMatching(/^[\da-f-]{36}@tokens\.fly\.io$/), until };
    expect(refused).toMatchObject({ holder: name === 'lease held' ? holder : undefined });
  });
});
