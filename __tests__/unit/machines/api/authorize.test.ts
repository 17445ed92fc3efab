import { APP, createMachinesRig, thrownBy } from '../../../support/rigs/machines-rig.js';

const signal = new AbortController().signal;

/** A rig whose every answer is this. */
function answering(status: number, body: unknown) {
  const bodies: (string | undefined)[] = [];
  const rig = createMachinesRig({
    around: () => async (request) => {
      bodies.push(request.body);
      return { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) };
    },
  });
  return { ...rig, bodies };
}

describe("when an app's numbers are read", () => {
  it.each<[unknown, bigint | undefined, bigint | undefined]>([
    [{ internal_numeric_id: 12, organization: { internal_numeric_id: 34, slug: 'x' } }, 12n, 34n],
    [{ internal_numeric_id: 12 }, 12n, undefined],
    [{ organization: {} }, undefined, undefined],
    [{ internal_numeric_id: 0, organization: { internal_numeric_id: 0 } }, undefined, undefined],
    [{ internal_numeric_id: '12' }, undefined, undefined],
    [{ internal_numeric_id: 1.5 }, undefined, undefined],
    [{ internal_numeric_id: -1 }, undefined, undefined],
    [{ internal_numeric_id: 2 ** 60 }, undefined, undefined],
    [{ internal_numeric_id: null }, undefined, undefined],
  ])('takes what is a number and leaves the rest: %j', async (body, appId, orgId) => {
    const { client } = answering(200, body);
    expect(await client.numbersOf(APP, signal)).toEqual({ appId, orgId });
  });

  it('takes the numbers that the emulator gives', async () => {
    const { client } = createMachinesRig();
    expect(await client.numbersOf(APP, signal)).toEqual({ appId: 1_000_001n, orgId: 4_001n });
  });

  it.each([503, 429, 408])('is not tried again after %i', async (status) => {
    const { client, bodies, clock } = answering(status, {});
    await clock.run(thrownBy(client.numbersOf(APP, signal)));
    expect(bodies).toHaveLength(1);
  });
});

describe('when Fly is asked whether a token may do something', () => {
  const ask = (rig: ReturnType<typeof answering>) =>
    rig.client.authorize('FlyV1 fm2_x', { app: APP, letters: 'C' }, signal);

  it('sends token and access in the body, once', async () => {
    const rig = answering(200, { access: { action: 'C' }, verified_token: {} });
    await ask(rig);
    expect(rig.bodies.map((it) => JSON.parse(it ?? ''))).toEqual([
      { header: 'FlyV1 fm2_x', access: { app_name: APP, action: 'C' } },
    ]);
  });

  it.each<[number, unknown, RegExp]>([
    [400, { error: 'unauthorized for access C' }, /Fly answered 400: unauthorized/],
    [500, { error: 'broken' }, /Fly answered 500: broken/],
    [200, {}, /makes no sense/],
    [200, 'yes', /it is not JSON/],
  ])('takes nothing but an access for a yes: %i %j', async (status, body, error) => {
    const rig = answering(status, body);
    expect((await rig.clock.run(thrownBy(ask(rig)))).message).toMatch(error);
    expect(rig.bodies).toHaveLength(1);
  });
});
