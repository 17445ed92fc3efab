import type { FaultRule } from '../../../../emulator/faults.js';
import { createFly } from '../../../../emulator/fly.js';
import { seededRandom } from '../../../../emulator/random.js';
import { serve } from '../../../../emulator/server.js';
import { PARTIES, type Party } from '../../../../emulator/third-parties/parties.js';
import type { PartySettings } from '../../../../emulator/third-parties/party-settings.js';
import { createVirtualClock } from '../../../../emulator/virtual-clock.js';
import { type Clock, systemClock } from '../../../../src/clock.js';
import { fetchDischarge } from '../../../../src/discharge/third-party/client.js';
import type { Credential } from '../../../../src/discharge/third-party/origins.js';
import { nodeTransport } from '../../../../src/http/node-transport.js';
import type { Transport } from '../../../../src/http/transport.js';
import { parseToken, ticketsOf } from '../../../../src/macaroon/bundle.js';
import { caught } from '../../../support/caught.js';
import { flyTransport } from '../../../support/fakes/fly-transport.js';

const NEVER = new AbortController().signal;

interface Options {
  readonly clock: Clock;
  readonly settings?: Partial<PartySettings>;
  readonly faults?: readonly FaultRule[];
  readonly transport?: Transport;
  readonly credentials?: readonly Credential[];
}

/** A Fly with one app, and a client of its third parties. */
function setUp(party: Party, { clock, settings = {}, faults = [], transport, credentials = [] }: Options) {
  const apps = [{ name: 'shop', machines: [{ id: 'm1' }] }];
  const fly = createFly({ clock, random: seededRandom(5), apps, settings: { [party]: settings }, faults });
  const to = transport ?? flyTransport(fly);
  return {
    fly,
    async fetch(signal: AbortSignal = NEVER) {
      const permission = fly.mintToken({ app: 'shop', thirdParty: party });
      const [ticket] = ticketsOf(parseToken(permission.slice(6)));
      if (ticket === undefined) throw new Error('the token has no ticket');
      const tools = {
        transport: to,
        clock,
        jitter: () => 0.5,
        credentials,
        apiUrl: new URL('http://127.0.0.1:4280'),
      };
      const { text } = await fetchDischarge(tools, ticket, signal);
      const headers = { authorization: `${permission},${text}` };
      const reply = await fly.handle({ method: 'GET', path: '/v1/apps/shop/machines', headers, body: '' });
      return 'fault' in reply ? reply.fault : reply.status;
    },
  };
}

describe.each(PARTIES)('when the third party is %s', (party) => {
  it.each<[string, Partial<PartySettings>, number]>([
    ['at once', {}, 0],
    ['without an end', { lifetimeMs: Number.POSITIVE_INFINITY }, 0],
    ['slowly', { delayMs: 9_000 }, 9_000],
    ['by polling', { behaviour: 'poll' }, 3_000],
    ['by polling at a relative URL', { behaviour: 'poll', pollUrl: 'relative' }, 3_000],
    ['by polling with empty answers', { behaviour: 'poll', pendingBody: 'empty', polls: 5 }, 30_000],
    ['by polling that is over at once', { behaviour: 'poll', polls: 0 }, 0],
  ])('gets a discharge that Fly accepts: %s', async (_, settings, took) => {
    const clock = createVirtualClock();
    const start = clock.now();
    expect(await clock.run(setUp(party, { clock, settings }).fetch())).toBe(200);
    expect(clock.now() - start).toBe(took);
  });

  it.each<[Partial<PartySettings>, object]>([
    [
      { behaviour: 'refuse' },
      { status: 403, message: expect.stringContaining('no session for this ticket') },
    ],
    [{ behaviour: 'refuse', status: '401' }, { status: 401 }],
    [{ behaviour: 'down' }, { class: 'missing discharge', status: 503 }],
    [{ behaviour: 'user-interactive' }, { message: expect.stringContaining('a person') }],
    [{ behaviour: 'garbage' }, { message: expect.stringContaining('not the JSON') }],
    [{ behaviour: 'empty' }, { message: expect.stringContaining('neither') }],
    [{ behaviour: 'wrong-ticket' }, { message: expect.stringContaining('another ticket') }],
    [{ behaviour: 'redirect' }, { message: expect.stringContaining('redirect leads to another origin') }],
    [{ behaviour: 'poll', pollUrl: 'foreign' }, { message: expect.stringContaining('another origin') }],
    [{ behaviour: 'poll', pollResult: 'refusal' }, { status: 200 }],
    [{ credential: 'Bearer abc' }, { status: 401 }],
  ])('is refused, and says so: %j', async (settings, error) => {
    const clock = createVirtualClock();
    const done = setUp(party, { clock, settings }).fetch();
    expect(await clock.run(caught(done))).toMatchObject({ class: 'third party refused', ...error });
  });

  it('is asked for half a minute and named when its answers are cut off', async () => {
    const clock = createVirtualClock();
    const { fetch, fly } = setUp(party, { clock, faults: [{ fault: 'cut' }] });
    expect(await clock.run(caught(fetch()))).toMatchObject({
      class: 'network',
      message: expect.stringContaining(`https://fly.test/${party}/v1: `),
    });
    expect(fly.requests).toHaveLength(9);
  });

  it.each(['reset', { status: 503 }, { status: 500 }] as const)('may stumble for 20 s: %j', async (fault) => {
    const clock = createVirtualClock();
    const faults: FaultRule[] = [{ method: 'POST', fault, times: 7 }];
    const start = clock.now();
    expect(await clock.run(setUp(party, { clock, faults }).fetch())).toBe(200);
    expect(clock.now() - start).toBeGreaterThan(20_000);
  });

  it('leaves it to Fly to refuse what nobody else can tell', async () => {
    const clock = createVirtualClock();
    const settings = { behaviour: 'wrong-key' } as const;
    expect(await clock.run(setUp(party, { clock, settings }).fetch())).toBe(401);
  });

  it('gets a discharge by its credential', async () => {
    const clock = createVirtualClock();
    const credentials = [{ origin: 'https://fly.test', authorization: 'Bearer abc' }];
    const settings = { behaviour: 'poll', credential: 'Bearer abc' } as const;
    expect(await clock.run(setUp(party, { clock, settings, credentials }).fetch())).toBe(200);
  });

  it.each(['reset', 'cut', 'garbage', { status: 502 }, { status: 429 }] as const)(
    'tells a trouble that passes from one that stands: %j once',
    async (fault) => {
      const clock = createVirtualClock();
      const { fetch, fly } = setUp(party, { clock, faults: [{ method: 'POST', times: 1, fault }] });
      if (fault === 'garbage') expect(await clock.run(caught(fetch()))).toMatchObject({ status: 200 });
      else expect(await clock.run(fetch())).toBe(200);
      expect(fly.requests.filter(({ method }) => method === 'POST')).toHaveLength(
        fault === 'garbage' ? 1 : 2,
      );
    },
  );

  it.each<[string, Partial<PartySettings>, readonly FaultRule[]]>([
    ['does not answer', {}, [{ fault: 'hang' }]],
    ['answers byte by byte', {}, [{ fault: 'drip' }]],
    ['is slow', { delayMs: 3_600_000 }, []],
    ['is polled for ever', { behaviour: 'poll', polls: Number.POSITIVE_INFINITY }, []],
  ])('ends with the signal when the third party %s', async (_, settings, faults) => {
    const clock = createVirtualClock();
    const stop = new AbortController();
    const reason = new Error('that is enough');
    void clock.sleep(10_000).then(() => stop.abort(reason));
    const done = setUp(party, { clock, settings, faults }).fetch(stop.signal);
    expect(await clock.run(caught(done))).toBe(reason);
  });
});

describe('when a third party stands behind HTTP', () => {
  it.each<[string, Partial<PartySettings>, object | number]>([
    ['polls over real connections', { behaviour: 'poll', polls: 0 }, 200],
    [
      'does not take in more than a discharge can be',
      { behaviour: 'huge', hugeBytes: 400_000 },
      { class: 'network' },
    ],
  ])('%s', async (_, settings, result) => {
    const transport = nodeTransport('tester');
    const { fly, fetch } = setUp('aaa', { clock: systemClock, settings, transport });
    const server = await serve(fly);
    if (typeof result === 'number') expect(await fetch()).toBe(result);
    else expect(await caught(fetch())).toMatchObject(result);
    transport.close();
    await server.close();
  });
});
