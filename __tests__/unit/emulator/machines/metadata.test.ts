import type { MachineEvent } from '../../../../emulator/machines/machine.js';
import { APP, type Call, createRig, ID, PATH, parse } from '../rig.js';

const KEY = `${PATH}/metadata/a%2Fb`;
const ALL = `${PATH}/metadata`;

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly instance_id: string;
  readonly updated_at: string;
  readonly events: readonly MachineEvent[];
}

/** Reads the machine as the list of its organization shows it. */
async function ofOrganization({ fly, call }: ReturnType<typeof createRig>): Promise<Shown | undefined> {
  const token = fly.mintToken({ org: 'my-org', withDischarge: true });
  const { machines } = parse<{ machines: Shown[] }>(await call('GET', '/v1/orgs/my-org/machines', { token }));
  return machines.find(({ id }) => id === ID);
}

async function status(rig: ReturnType<typeof createRig>, method: string, path: string, wish?: Call) {
  return (await rig.call(method, path, wish)).status;
}

describe('when metadata is written', () => {
  it('shows with the machine, whose state and version stay', async () => {
    const rig = createRig([{ id: ID, metadata: { old: 'x' } }]);
    const before = parse<Record<string, unknown>>(await rig.call('GET', PATH));
    expect(await rig.call('POST', KEY, { body: { value: '1' } })).toMatchObject({ status: 204, body: '' });
    const after = parse<Record<string, unknown>>(await rig.call('GET', PATH));
    expect(after).toMatchObject({ config: { metadata: { old: 'x', 'a/b': '1' } } });
    expect([after['instance_id'], after['state'], after['updated_at']]).toEqual([
      ...[before['instance_id'], before['state'], before['updated_at']],
    ]);
    expect(parse(await rig.call('GET', KEY))).toEqual({ value: '1' });
    expect(parse(await rig.call('GET', ALL))).toMatchObject({ old: 'x', 'a/b': '1' });
  });

  it.each([
    ['silent', '2025-01-15T11:00:00Z', 'start started flyd'],
    ['updates', '2025-01-15T12:00:10Z', 'start started flyd'],
    ['event', '2025-01-15T12:00:10Z', 'update started user'],
  ] as const)(
    'leaves behind, when it is %s, that it was updated at %s',
    async (metadataWrite, at, newest) => {
      const rig = createRig([{ id: ID }], { settings: { metadataWrite } });
      const { instanceId } = rig.fly.machine(APP, ID);
      await rig.clock.advance(10_000);
      await rig.call('POST', KEY, { body: { value: '1' } });
      const [listed] = parse<Shown[]>(await rig.call('GET', `/v1/apps/${APP}/machines`));
      const shown = parse<Shown>(await rig.call('GET', PATH));
      expect([shown, listed, await ofOrganization(rig)].map((it) => it?.updated_at)).toEqual([at, at, at]);
      const [event] = shown.events;
      expect(`${event?.type} ${event?.status} ${event?.source}`).toBe(newest);
      expect([shown.state, shown.instance_id]).toEqual(['started', instanceId]);
      await rig.clock.advance(10_000);
      await rig.act('stop');
      expect(parse<Shown>(await rig.call('GET', PATH)).updated_at).toBe('2025-01-15T12:00:20Z');
    },
  );

  it('moves the time in a list that lags only when that list knows of it', async () => {
    const settings = { metadataWrite: 'updates', orgLagMs: 5_000 } as const;
    const rig = createRig([{ id: ID }], { settings });
    rig.fly.person(APP, ID, { set: 'note', value: 'mine' }, 'ann');
    await rig.clock.advance(4_999);
    expect((await ofOrganization(rig))?.updated_at).toBe('2025-01-15T11:00:00Z');
    await rig.clock.advance(1);
    expect((await ofOrganization(rig))?.updated_at).toBe('2025-01-15T12:00:00Z');
  });

  it('loses a key that is deleted, emptied or null', async () => {
    const rig = createRig([{ id: ID, metadata: { a: '1', b: '2', c: '3', d: '4' } }]);
    expect(await status(rig, 'DELETE', `${ALL}/a`)).toBe(204);
    expect(await status(rig, 'POST', `${ALL}/b`, { body: { value: '' } })).toBe(204);
    expect(await status(rig, 'PATCH', ALL, { body: { metadata: { c: null, e: '5' } } })).toBe(204);
    const left = parse<Record<string, string>>(await rig.call('GET', ALL));
    expect([left['a'], left['b'], left['c'], left['d'], left['e']]).toEqual([
      ...[undefined, undefined, undefined],
      ...['4', '5'],
    ]);
    expect(await status(rig, 'GET', `${ALL}/a`)).toBe(404);
  });

  it('refuses nonsense, and an old version', async () => {
    const rig = createRig();
    for (const body of ['{', {}, { value: 1 }]) expect(await status(rig, 'POST', KEY, { body })).toBe(400);
    for (const body of ['[]', { metadata: [] }, { metadata: { a: 1 } }])
      expect(await status(rig, 'PATCH', ALL, { body })).toBe(400);
    const old = { metadata: { a: '1' }, machine_version: '01OLD' };
    expect(await status(rig, 'PATCH', ALL, { body: old })).toBe(412);
    const now = { ...old, machine_version: rig.fly.machine(APP, ID).instanceId };
    expect(await status(rig, 'PATCH', ALL, { body: now })).toBe(204);
  });

  it('needs the action that is set, and reading none but r', async () => {
    const rig = createRig(undefined, { settings: { metadataAction: 'w' } });
    const token = rig.fly.mintToken({ app: APP, actions: 'rC', thirdParty: false });
    expect(await status(rig, 'POST', KEY, { token, body: { value: '1' } })).toBe(403);
    expect(await status(rig, 'GET', ALL, { token })).toBe(200);
    rig.fly.settings.metadataAction = 'C';
    expect(await status(rig, 'POST', KEY, { token, body: { value: '1' } })).toBe(204);
  });

  it.each([
    ['ignored', 204],
    ['respected', 409],
  ] as const)('has a lease of somebody else %s', async (metadataLease, wanted) => {
    const rig = createRig(undefined, { settings: { metadataLease } });
    await rig.call('POST', `${PATH}/lease`, { body: { ttl: 30 } });
    expect(await status(rig, 'POST', KEY, { body: { value: '1' } })).toBe(wanted);
  });
});
