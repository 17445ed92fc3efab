import { answer, scriptedClient } from '../../../support/fakes/scripted-transport.js';
import { thrownBy } from '../../../support/rigs/machines-rig.js';

const MACHINE = { app: 'my-app', id: 'a1' };
const NEVER = new AbortController().signal;

describe('when metadata is set', () => {
  it('sends the value, and takes an answer without a body for a success', async () => {
    const { client, requests, asked } = scriptedClient([answer(204, '')]);
    await client.setMetadata(MACHINE, { key: 'a/b', value: 'x', nonce: 'ours' }, NEVER);
    expect(asked()).toEqual(['POST a1/metadata/a%2Fb']);
    expect(requests[0]?.body).toBe('{"value":"x"}');
    expect(requests[0]?.headers['fly-machine-lease-nonce']).toBe('ours');
  });

  it('removes what has no value any more', async () => {
    const { client, requests, asked } = scriptedClient([answer(204, '')]);
    await client.setMetadata(MACHINE, { key: 'k', value: undefined }, NEVER);
    expect([asked(), requests[0]?.body]).toEqual([['DELETE a1/metadata/k'], undefined]);
  });

  it('asks again where it is open whether it happened', async () => {
    const { client, clock, requests } = scriptedClient([answer(502), answer(429), answer(204, '')]);
    await clock.run(client.setMetadata(MACHINE, { key: 'k', value: 'v' }, NEVER));
    expect(requests).toHaveLength(3);
  });

  it('asks again only after what surely did nothing, where it is the change of a command', async () => {
    const { client, clock, requests } = scriptedClient([answer(429), answer(502)]);
    const seen: string[] = [];
    const asChange = { before: [() => void seen.push('before')], undone: () => void seen.push('undone') };
    const change = { key: 'k', value: 'v', asChange };
    expect((await thrownBy(clock.run(client.setMetadata(MACHINE, change, NEVER)))).status).toBe(502);
    expect([requests.length, seen]).toEqual([2, ['before', 'undone', 'before']]);
  });

  it('takes a page of somebody in between for no success, and any JSON for one', async () => {
    const { client } = scriptedClient([answer(200, '<html>Welcome</html>'), answer(200, { ok: true })]);
    const change = { key: 'k', value: 'v' };
    const error = await thrownBy(client.setMetadata(MACHINE, change, NEVER));
    expect(error.message).toBe(
      "set metadata k of machine a1: Fly's answer (200) makes no sense: it is not JSON",
    );
    await client.setMetadata(MACHINE, change, NEVER);
  });

  it('says what a refusal is about', async () => {
    const { client } = scriptedClient([answer(403, { error: 'write not allowed' })]);
    const error = await thrownBy(client.setMetadata(MACHINE, { key: 'k', value: 'v' }, NEVER));
    expect([error.class, error.message]).toEqual([
      'forbidden',
      'set metadata k of machine a1: Fly answered 403: write not allowed',
    ]);
  });
});

describe('when machines are listed with their leases', () => {
  it('asks for those, and knows who holds them', async () => {
    const lease = { owner: 'deploy', expires_at: 10 };
    const { client, requests } = scriptedClient([answer(200, [{ id: 'a1', state: 'started', lease }])]);
    const [machine] = await client.list('my-app', NEVER, { leases: true });
    expect(requests[0]?.url.search).toBe('?include_leases=true');
    expect(machine?.holder).toEqual({ owner: 'deploy', until: 10_000 });
  });
});
