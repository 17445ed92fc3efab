import { countOf, counts, many, only, outcomes, rigWithToken, run } from '../../support/rigs/engine-rig.js';
import { APP, createMachinesRig } from '../../support/rigs/machines-rig.js';

const CASES = [
  ['cordon', true],
  ['uncordon', false],
] as const;

describe.each(CASES)('when machines are told to %s', (name, cordoned) => {
  const others = many(3, () => ({ state: 'started', cordoned: !cordoned }));

  it('reads back that they are', async () => {
    const rig = createMachinesRig({ machines: others });
    const done = await run(rig, name);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed', m002: 'changed' });
    expect(rig.fly.machines(APP).map((it) => it.cordoned)).toEqual([cordoned, cordoned, cordoned]);
    expect(counts(rig)).toEqual({ 'GET machines': 1, [`POST ${name}`]: 3, 'GET machine': 3 });
    expect(done.result.line).toBe(`${name}ed 3, already ${name}ed 0, failed 0 of 3 in my-app`);
  });

  it('leaves those alone that are already, whatever their state', async () => {
    const machines = many(2, (index) => ({ state: index === 0 ? 'stopped' : 'started', cordoned }));
    const rig = createMachinesRig({ machines });
    const { result } = await run(rig, name);
    expect(result.machines.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['unchanged', `already ${name}ed`],
      ['unchanged', `already ${name}ed`],
    ]);
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
  });

  it('does not read what it does not wait for', async () => {
    const rig = createMachinesRig({ machines: others });
    expect(outcomes(await run(rig, name, { wait: false }))).toEqual({
      m000: 'requested',
      m001: 'requested',
      m002: 'requested',
    });
    expect(countOf(rig, 'GET machine')).toBe(0);
  });

  it('fails, asked once, where the token may not', async () => {
    const machines = many(1, () => ({ state: 'started', cordoned: !cordoned }));
    const rig = rigWithToken({ actions: 'rC' }, { machines, settings: { cordonAction: 'w' } });
    const result = only(await run(rig, name));
    expect(result).toMatchObject({ outcome: 'failed', error: { class: 'forbidden', status: 403 } });
    expect(countOf(rig, `POST ${name}`)).toBe(1);
  });

  it('fails where Fly says yes and nothing comes of it', async () => {
    const rig = createMachinesRig({
      machines: many(1, () => ({ state: 'started', cordoned: !cordoned })),
      faults: [{ path: new RegExp(`/${name}$`), fault: { status: 200, body: { ok: true } } }],
    });
    const { outcome, error } = only(await run(rig, name));
    expect([outcome, error?.class]).toEqual(['failed', 'wrong state']);
    expect(error?.message).toContain(`not ${name}ed`);
    expect(rig.deadline.elapsed).toBeLessThan(60_000);
  });

  it('is not sent twice where the answer was lost', async () => {
    const rig = createMachinesRig({
      machines: many(1, () => ({ state: 'started', cordoned: !cordoned })),
      faults: [{ path: new RegExp(`/${name}$`), times: 1, fault: 'reset', afterEffect: true }],
    });
    expect(only(await run(rig, name)).outcome).toBe('changed');
    expect(countOf(rig, `POST ${name}`)).toBe(1);
  });
});
