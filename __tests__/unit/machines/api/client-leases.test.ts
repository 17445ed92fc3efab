import { connectionError } from '../../../support/fakes/fly-transport.js';
import { answer, scriptedClient } from '../../../support/fakes/scripted-transport.js';
import { changes } from '../../../support/rigs/changes.js';
import { APP, createMachinesRig, thrownBy } from '../../../support/rigs/machines-rig.js';

const MACHINE = { app: APP, id: 'a1' };
const NEVER = new AbortController().signal;
const NONCE = '4da2c9a1b3c7';
const BARE = {
  nonce: NONCE,
  owner: 'x@tokens.fly.io',
  description: 'mine',
  expires_at: 1_760_000_000,
  version: '01V',
};
const LEASE = { nonce: NONCE, owner: 'x@tokens.fly.io', description: 'mine', expiresAt: 1_760_000_000_000 };
const WISH = { ttl: 60, description: 'mine' };

describe('when a lease is taken', () => {
  it.each([
    ['wrapped', { status: 'success', data: BARE }],
    ['bare', BARE],
  ])('reads an answer that is %s', async (_, body) => {
    const { client, requests, asked } = scriptedClient([
      answer(201, body),
      answer(201, body),
      answer(200, body),
    ]);
    const leases = [
      await client.acquireLease(MACHINE, WISH, NEVER),
      await client.refreshLease(MACHINE, NONCE, 90, NEVER),
      await client.currentLease(MACHINE, NEVER),
    ];
    expect(leases).toEqual([LEASE, LEASE, LEASE]);
    expect(asked()).toEqual(['POST a1/lease', 'POST a1/lease', 'GET a1/lease']);
    expect(requests.map((it) => it.headers['fly-machine-lease-nonce'])).toEqual([
      undefined,
      NONCE,
      undefined,
    ]);
    expect(requests.map(({ body }) => body)).toEqual([
      '{"ttl":60,"description":"mine"}',
      '{"ttl":90}',
      undefined,
    ]);
  });

  it.each([
    [{ status: 'success', data: { ...BARE, nonce: '' } }],
    [{ ...BARE, nonce: undefined }],
    [{ ...BARE, expires_at: 'soon' }],
    [{ status: 'error', message: 'no' }],
  ])('does not take %j for a lease, and shows none of it', async (body) => {
    const { client } = scriptedClient([answer(201, body)]);
    const error = await thrownBy(client.acquireLease(MACHINE, WISH, NEVER));
    expect(error.class).toBe('Fly failure');
    expect(error.line).not.toContain(NONCE);
  });

  it('is not asked again when the answer is lost', async () => {
    const { client, clock, requests } = scriptedClient([connectionError('ECONNRESET')]);
    expect(await thrownBy(clock.run(client.acquireLease(MACHINE, WISH, NEVER)))).toMatchObject({
      class: 'network',
    });
    expect(requests).toHaveLength(1);
  });
});

describe('when a lease is given back', () => {
  it('sends its nonce, again where the answer was lost', async () => {
    const { client, clock, requests, asked } = scriptedClient([
      connectionError('ECONNRESET'),
      answer(200, { status: 'success', data: { ok: true } }),
    ]);
    await clock.run(client.releaseLease(MACHINE, NONCE, NEVER));
    expect(asked()).toEqual(['DELETE a1/lease', 'DELETE a1/lease']);
    expect(requests.map((it) => it.headers['fly-machine-lease-nonce'])).toEqual([NONCE, NONCE]);
    expect(requests[0]).not.toHaveProperty('body');
  });

  it('keeps the nonce out of what is told when it is refused', async () => {
    const { client } = scriptedClient([answer(400, { error: `bad nonce ${NONCE}` })]);
    const error = await thrownBy(client.releaseLease(MACHINE, NONCE, NEVER));
    expect(error.message).toContain('release the lease of machine a1: Fly answered 400: bad nonce […]');
    expect(JSON.stringify([error, error.line])).not.toContain(NONCE);
  });
});

describe('when a lease is looked for', () => {
  it('tells a machine without one from a machine that is not there', async () => {
    const { client } = scriptedClient([
      answer(404, { error: 'machine a1 lease not found' }),
      answer(404, { error: 'machine not found' }),
    ]);
    expect(await client.currentLease(MACHINE, NEVER)).toBeUndefined();
    expect(await thrownBy(client.currentLease(MACHINE, NEVER))).toMatchObject({ status: 404 });
  });
});

describe('when Fly keeps the leases', () => {
  it.each(['envelope', 'bare'] as const)(
    'takes, refreshes, reads and gives back (%s)',
    async (leaseReply) => {
      const { client, clock } = createMachinesRig({ machines: [{ id: 'a1' }], settings: { leaseReply } });
      const run = <T>(work: Promise<T>): Promise<T> => clock.run(work);
      expect(await run(client.currentLease(MACHINE, NEVER))).toBeUndefined();
      const lease = await run(client.acquireLease(MACHINE, WISH, NEVER));
      expect(lease).toMatchObject({ description: 'mine', expiresAt: clock.now() + 60_000 });
      expect(await run(client.currentLease(MACHINE, NEVER))).toMatchObject({ nonce: lease.nonce });
      expect(await thrownBy(run(changes(client).stop(MACHINE, {}, NEVER)))).toMatchObject({
        class: 'lease held',
      });
      await run(changes(client).stop(MACHINE, { nonce: lease.nonce }, NEVER));
      await clock.advance(30_000);
      const fresh = await run(client.refreshLease(MACHINE, lease.nonce, 60, NEVER));
      expect(fresh).toMatchObject({ nonce: lease.nonce, expiresAt: clock.now() + 60_000 });
      await run(client.releaseLease(MACHINE, lease.nonce, NEVER));
      expect(await run(client.currentLease(MACHINE, NEVER))).toBeUndefined();
    },
  );
});
