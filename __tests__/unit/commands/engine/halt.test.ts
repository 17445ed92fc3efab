import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { selector } from '../../../support/machines.js';
import { many, outcomes, run, runExec } from '../../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRigOptions } from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const NO = { status: 403, body: { error: 'no' } } as const;
const STILL_ACTIVE = 'machine still active, refusing to start';
const COMMAND = { command: ['bin/migrate'], timeout: 60_000 };

function rigOf(machines: readonly MachineSpec[], options: MachinesRigOptions = {}) {
  return createMachinesRig({ machines, maxConcurrent: 1, ...options });
}

const refused = (id: string, request: string) => [{ path: new RegExp(`${id}/${request}$`), fault: NO }];

/** Requests that change something, as they reached Fly. */
const sent = (rig: ReturnType<typeof rigOf>) =>
  rig.asked().flatMap((line) => /^POST (m\d+\/\w+)/.exec(line)?.[1] ?? []);

describe('when a step halts at its first failure', () => {
  it('begins nothing more, and says which machine was the cause', async () => {
    const rig = rigOf(many(4), { faults: refused('m001', 'start') });
    const done = await run(rig, 'start', { halts: true });
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'failed', m002: 'skipped', m003: 'skipped' });
    const name = rig.fly.machine(APP, 'm001').name;
    expect(done.result.machines[3]?.reason).toBe(`not begun: machine m001 (${name}) in my-app failed`);
    expect(sent(rig)).toEqual(['m000/start', 'm001/start']);
    expect(done.result.line).toBe('started 1, already started 0, skipped 2, failed 1 of 4 in my-app');
  });

  it('brings to its end what is under way', async () => {
    const rig = rigOf(
      many(3, (index) => ({ behaviour: { bootMs: index === 0 ? 30_000 : 1_000 } })),
      { faults: refused('m001', 'start') },
    );
    const done = await run(rig, 'start', { halts: true });
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'failed', m002: 'skipped' });
  });

  it.each([
    { status: 412, body: { error: STILL_ACTIVE } },
    { status: 200, body: { status: 'error', message: STILL_ACTIVE } },
  ])('has not begun what Fly has only refused until then, as by %j', async (fault) => {
    const rig = rigOf(
      many(2, (index) => (index === 1 ? { behaviour: { boot: 'fails' } } : {})),
      { maxConcurrent: 2, faults: [{ path: /m000\/start$/, fault }] },
    );
    const done = await run(rig, 'start', { halts: true });
    expect(sent(rig)).toContain('m000/start');
    expect(outcomes(done)).toEqual({ m000: 'skipped', m001: 'failed' });
    expect(done.result.machines[0]?.reason).toMatch(/^not begun: machine m001/);
    expect(rig.fly.machine(APP, 'm000').state).toBe('stopped');
  });

  it('has not begun what Fly has refused for its token, be it as a trouble, while the token is renewed', async () => {
    const unauthorized = { status: 500, body: { error: 'unauthorized' } };
    const rig = rigOf(many(2), {
      maxConcurrent: 2,
      renewMs: 1_000,
      faults: [{ path: /m000\/start$/, times: 1, fault: unauthorized }, ...refused('m001', 'start')],
    });
    const done = await run(rig, 'start', { halts: true });
    expect(sent(rig)).toEqual(['m000/start', 'm001/start']);
    expect(outcomes(done)).toEqual({ m000: 'skipped', m001: 'failed' });
    expect(done.result.machines[0]?.reason).toMatch(/^not begun: machine m001/);
    expect(rig.fly.machine(APP, 'm000').state).toBe('stopped');
  });

  it('tries all where it does not halt', async () => {
    const rig = rigOf(many(3), { faults: refused('m001', 'start') });
    expect(outcomes(await run(rig, 'start'))).toEqual({ m000: 'changed', m001: 'failed', m002: 'changed' });
  });

  it('holds although a lease is given back before the failure is told', async () => {
    const rig = rigOf(many(3), { faults: refused('m001', 'start'), settings: { latencyMs: 200 } });
    const done = await run(rig, 'start', { halts: true, lease: 'ours' });
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'failed', m002: 'skipped' });
    expect(sent(rig)).not.toContain('m002/start');
  });

  it('begins nothing where a machine can not be changed at all', async () => {
    const rig = rigOf(many(3, (index) => ({ state: index === 2 ? 'stopped' : 'started' })));
    const done = await runExec(rig, COMMAND, { halts: true });
    expect(outcomes(done)).toEqual({ m000: 'skipped', m001: 'skipped', m002: 'failed' });
    expect(sent(rig)).toEqual([]);
  });
});

describe('when a command runs in one machine after another', () => {
  it('ends at the first exit code that is not 0', async () => {
    const exitCode = (index: number) => (index === 1 ? 7 : 0);
    const rig = rigOf(
      many(4, (index) => ({
        state: 'started',
        behaviour: { exec: () => ({ exitCode: exitCode(index), takesMs: 5_000 }) },
      })),
    );
    const done = await runExec(rig, COMMAND, { halts: true, places: 1 });
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'failed', m002: 'skipped', m003: 'skipped' });
    expect(sent(rig)).toEqual(['m000/exec', 'm001/exec']);
  });

  it('ends there although the machines were listed just now', async () => {
    const rig = rigOf(many(3, () => ({ state: 'started', behaviour: { exec: () => ({ exitCode: 1 }) } })));
    const done = await runExec(rig, COMMAND, { halts: true, places: 1 });
    expect(sent(rig)).toEqual(['m000/exec']);
    expect(outcomes(done)).toEqual({ m000: 'failed', m001: 'skipped', m002: 'skipped' });
  });
});

describe('when a warm-up halts at its first failure', () => {
  const FAILS = { behaviour: { boot: 'fails' } } as const;

  it('begins no other in the place of the one that failed', async () => {
    const rig = rigOf(many(3, (index) => (index === 0 ? FAILS : {})));
    const done = await runWarmUp(rig, 1, { halts: true });
    expect(outcomes(done)).toEqual({ m000: 'failed', m001: 'skipped', m002: 'skipped' });
    expect(done.result.failures[0]?.error).toMatchObject({
      message: expect.stringContaining('no other machine is begun after a failure (`on-failure: stop`)'),
    });
    expect(sent(rig)).toEqual(['m000/start']);
  });

  it('takes another where it does not halt', async () => {
    const rig = rigOf(many(3, (index) => (index === 0 ? FAILS : {})));
    expect(outcomes(await runWarmUp(rig, 1))).toMatchObject({ m001: 'changed' });
  });

  it('does not count those that others have overtaken', async () => {
    const rig = createMachinesRig({
      machines: many(4, (index) => ({
        region: index < 2 ? 'fra' : 'iad',
        behaviour: { bootMs: index === 0 ? 200_000 : 35_000 },
      })),
    });
    const done = await runWarmUp(
      rig,
      new Map([
        ['fra', 1],
        ['iad', 1],
      ]),
      { halts: true, selector: selector() },
    );
    expect(done.result.failures).toEqual([]);
  });
});
