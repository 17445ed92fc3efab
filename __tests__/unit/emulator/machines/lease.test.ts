import type { GivenSettings } from '../../../../emulator/settings.js';
import { APP, type Call, createRig, PATH, parse } from '../rig.js';

interface Lease {
  readonly data: { readonly nonce: string; readonly owner: string; readonly expires_at: number };
}

const LEASE = `${PATH}/lease`;
const withNonce = (nonce: string, call: Call = {}): Call => ({
  ...call,
  headers: { 'fly-machine-lease-nonce': nonce },
});

async function leased(settings: GivenSettings = {}) {
  const rig = createRig(undefined, { settings });
  const answer = await rig.call('POST', LEASE, { body: { ttl: 30, description: 'a test' } });
  return { ...rig, answer, lease: parse<Lease>(answer) };
}

describe('when a lease is taken', () => {
  it('names the token that took it, its end and the version', async () => {
    const { fly, clock, answer, lease } = await leased();
    const uuid = fly.requests[0]?.token;
    expect(answer.status).toBe(201);
    expect(uuid).toMatch(/^[0-9a-f]{8}-/);
    expect(lease).toEqual({
      status: 'success',
      data: {
        nonce: expect.stringMatching(/^[0-9a-f]{12}$/),
        owner: `${uuid}@tokens.fly.io`,
        expires_at: clock.now() / 1_000 + 30,
        description: 'a test',
        version: fly.machines(APP)[0]?.instanceId,
      },
    });
  });

  it.each([
    ['query', '?ttl=9', ''],
    ['body', '', '{"ttl":9}'],
  ])('takes its time from the %s', async (_, query, body) => {
    const { clock, call } = createRig();
    const { data } = parse<Lease>(await call('POST', LEASE + query, { body }));
    expect(data.expires_at).toBe(clock.now() / 1_000 + 9);
  });

  it.each(['{"ttl":-1}', '{"ttl":"9"}', '[]', '{'])('refuses nonsense: %s', async (body) => {
    expect((await createRig().call('POST', LEASE, { body })).status).toBe(400);
  });

  it('shows itself to whoever reads, with the nonce only where the lease is asked for', async () => {
    const { call, lease } = await leased();
    expect(parse(await call('GET', LEASE))).toEqual(lease);
    const shown = parse<{ lease: object }>(await call('GET', `${PATH}?include_leases=true`)).lease;
    const { owner, expires_at } = lease.data;
    expect(shown).toEqual({ owner, description: 'a test', expires_at });
    expect(parse(await call('GET', PATH))).not.toHaveProperty('lease');
  });
});

describe('when somebody else holds the lease', () => {
  it.each(['start', 'stop', 'suspend', 'restart', 'cordon', 'uncordon', 'lease'])(
    'refuses with 409, and changes nothing: %s',
    async (action) => {
      const { fly, call, lease } = await leased();
      const [machine] = fly.machines(APP);
      const end = `${new Date(lease.data.expires_at * 1_000).toISOString().slice(0, 19)}Z`;
      const error = `machine ID ${machine?.id} lease currently held by ${lease.data.owner}, expires at ${end}`;
      const answer = await call('POST', `${PATH}/${action}`);
      expect([answer.status, parse(answer)]).toEqual([409, { error }]);
      expect(machine).toMatchObject({ state: 'started', cordoned: false });
    },
  );

  it('words it in the old way where it is set so', async () => {
    const { call } = await leased({ leaseRefusal: 'message' });
    expect(parse(await call('POST', `${PATH}/stop`))).toMatchObject({
      status: 'error',
      message: expect.stringContaining('expires at 2025-01-15 12:00:30 +0000 UTC'),
    });
  });

  it('lets it be read, and changed with the nonce', async () => {
    const { call, act, lease } = await leased();
    expect((await call('GET', PATH)).status).toBe(200);
    expect((await call('GET', `${PATH}/wait`)).status).toBe(200);
    expect(await act('stop', withNonce('wrong'))).toMatch(/^409 /);
    expect(await act('lease', withNonce('wrong'))).toMatch(/^409 /);
    expect(await act('stop', withNonce(lease.data.nonce))).toBe('200 {"ok":true}');
  });

  it('ends by itself, unless it is refreshed', async () => {
    const { clock, call, act, lease } = await leased();
    await clock.advance(29_000);
    const refreshed = parse<Lease>(await call('POST', `${LEASE}?ttl=30`, withNonce(lease.data.nonce)));
    expect(refreshed.data).toMatchObject({ nonce: lease.data.nonce, owner: lease.data.owner });
    await clock.advance(29_000);
    expect(await act('stop')).toMatch(/^409 /);
    await clock.advance(1_000);
    expect(await act('stop')).toBe('200 {"ok":true}');
    expect((await call('GET', LEASE)).status).toBe(404);
  });
});

describe('when a lease is released', () => {
  it('wants the nonce', async () => {
    const { call, lease } = await leased();
    expect((await call('DELETE', LEASE)).status).toBe(400);
    expect((await call('DELETE', LEASE, withNonce('wrong'))).status).toBe(409);
    const released = await call('DELETE', LEASE, withNonce(lease.data.nonce));
    expect([released.status, parse(released)]).toEqual([200, { status: 'success', data: { ok: true } }]);
    const none = await call('DELETE', LEASE, withNonce(lease.data.nonce));
    expect(none).toMatchObject({ status: 404, body: expect.stringContaining(' lease not found') });
  });
});

describe('when it is not known what Fly answers', () => {
  it('gives the bare lease, or one in an envelope', async () => {
    const { call, lease } = await leased({ leaseReply: 'bare' });
    expect(lease).toHaveProperty('nonce');
    const { nonce } = lease as unknown as { nonce: string };
    expect(parse(await call('DELETE', LEASE, withNonce(nonce)))).toEqual({ ok: true });
  });

  it.each([
    ['ignored', 200],
    ['refused', 404],
  ] as const)('has a nonce without a lease %s', async (unheldNonce, status) => {
    const { call } = createRig(undefined, { settings: { unheldNonce } });
    expect((await call('POST', `${PATH}/stop`, withNonce('left-over'))).status).toBe(status);
  });
});
