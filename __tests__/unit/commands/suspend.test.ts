import type { MachineSpec } from '../../../emulator/machines/build.js';
import { selector } from '../../support/machines.js';
import { countOf, counts, leaseOfOther, only, run } from '../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRigOptions } from '../../support/rigs/machines-rig.js';

const LARGE: MachineSpec = { config: { guest: { cpu_kind: 'shared', cpus: 4, memory_mb: 4_096 } } };
const FALLBACK = { wishes: { fallback: 'stop' } } as const;

function rigOf(spec: MachineSpec = {}, options: MachinesRigOptions = {}) {
  return createMachinesRig({ machines: [{ id: 'm000', state: 'started', ...spec }], ...options });
}

describe('when machines are suspended', () => {
  it('reads back that they are', async () => {
    const rig = rigOf();
    expect(only(await run(rig, 'suspend'))).toMatchObject({ outcome: 'changed', state: 'suspended' });
    expect(counts(rig)).toEqual({
      ...{ 'GET machines': 1, 'POST suspend': 1, 'GET wait': 1, 'GET machine': 1 },
    });
  });

  it('leaves those alone that are already', async () => {
    const rig = rigOf({ state: 'suspended' });
    expect(only(await run(rig, 'suspend'))).toMatchObject({
      outcome: 'unchanged',
      reason: 'already suspended',
    });
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
  });

  it.each([selector({ machines: 'all' }), selector({ machines: ['m000'] })])(
    'skips what is stopped, named or not: %#',
    async (chosen) => {
      const rig = rigOf({ state: 'stopped' });
      expect(only(await run(rig, 'suspend', { selector: chosen }))).toMatchObject({
        outcome: 'skipped',
        reason: 'stopped: only a started machine can be suspended',
      });
      expect(counts(rig)).toEqual({ 'GET machines': 1 });
    },
  );

  it('leaves a standby alone, and says why', async () => {
    const rig = rigOf({ config: { standbys: ['m001'] } });
    expect(only(await run(rig, 'suspend'))).toMatchObject({
      outcome: 'skipped',
      reason: 'a standby of other machines',
    });
  });

  it.each(['ok', 'refused'] as const)(
    'fails where one ends by itself between list and request (%s)',
    async (suspendInactive) => {
      const rig = rigOf(
        {},
        {
          settings: { suspendInactive },
          around: (inner) => async (request) => {
            if (request.url.pathname.endsWith('/suspend')) rig.fly.machine(APP, 'm000').state = 'stopped';
            return inner(request);
          },
        },
      );
      const result = only(await run(rig, 'suspend'));
      expect(result).toMatchObject({ outcome: 'failed', error: { class: 'wrong state' } });
      expect(rig.deadline.elapsed).toBeLessThan(60_000);
    },
  );
});

describe('when a machine can not be suspended', () => {
  it('knows as its own a suspend that came about late, before the fallback', async () => {
    const refusal = { status: 412, body: { error: 'machine can not be suspended' } };
    let looks = 0;
    const rig = rigOf(
      {},
      {
        faults: [
          { path: /suspend$/, times: 1, fault: 'reset' },
          { path: /suspend$/, fault: refusal },
        ],
        around: (inner) => async (request) => {
          if (/m000$/.test(request.url.pathname)) looks += 1;
          // Before the repeat, after its refusal, and before the fallback.
          if (looks === 3) rig.fly.machine(APP, 'm000').state = 'suspended';
          return inner(request);
        },
      },
    );
    expect(only(await run(rig, 'suspend', FALLBACK))).toMatchObject({
      ...{ outcome: 'changed', state: 'suspended', reason: '' },
    });
    expect(countOf(rig, 'POST stop')).toBe(0);
  });

  it.each(['412', '400'] as const)('fails with what Fly says (%s), asked once', async (suspendUnsuitable) => {
    const rig = rigOf(LARGE, { settings: { suspendUnsuitable } });
    const { outcome, state, error } = only(await run(rig, 'suspend'));
    expect([outcome, state, error?.class]).toEqual(['failed', 'started', 'wrong state']);
    expect(error?.message).toContain(`suspend machine m000: Fly answered ${suspendUnsuitable}`);
    expect(error?.hint).toContain('fallback: stop');
    expect(countOf(rig, 'POST suspend')).toBe(1);
    expect(countOf(rig, 'POST stop')).toBe(0);
  });

  it.each(['412', '400'] as const)(
    'is stopped where that was asked for (%s), with the reason',
    async (status) => {
      const rig = rigOf(LARGE, { settings: { suspendUnsuitable: status } });
      const { outcome, state, reason } = only(await run(rig, 'suspend', FALLBACK));
      expect([outcome, state]).toEqual(['changed', 'stopped']);
      expect(reason).toMatch(/^could not be suspended and was stopped: suspend machine m000: Fly answered/);
      expect(countOf(rig, 'POST stop')).toBe(1);
    },
  );

  it('says the same where nothing is waited for', async () => {
    const rig = rigOf(LARGE);
    const { outcome, reason } = only(await run(rig, 'suspend', { ...FALLBACK, wait: false }));
    expect(outcome).toBe('requested');
    expect(reason).toMatch(/^could not be suspended and was stopped/);
  });

  it('counts what is stopped as done where that will do', async () => {
    const rig = rigOf({ state: 'stopped' });
    expect(only(await run(rig, 'suspend', FALLBACK))).toMatchObject({
      outcome: 'unchanged',
      reason: 'already stopped',
    });
  });

  it('has time for the kill timeout of the stop', async () => {
    const rig = rigOf({
      config: { ...LARGE.config, stop_config: { timeout: '8m' } },
      behaviour: { ignoresSignal: true },
    });
    expect(only(await run(rig, 'suspend', FALLBACK))).toMatchObject({ outcome: 'changed', state: 'stopped' });
    expect(rig.deadline.elapsed).toBe(480_000);
  });

  it.each([
    ['forbidden', { status: 403, body: { error: 'no' } }],
    ['not found', { status: 404, body: { error: 'machine not found' } }],
    ['no capacity', { status: 422, body: { error: 'machine limit of the organization reached' } }],
    ['Fly failure', { status: 503, body: { error: 'machine can not be suspended' } }],
  ])('is not stopped for another trouble: %s', async (errorClass, fault) => {
    const rig = rigOf({}, { faults: [{ method: 'POST', path: /suspend$/, fault }] });
    const result = only(await run(rig, 'suspend', FALLBACK));
    expect(result).toMatchObject({ outcome: 'failed', error: { class: errorClass } });
    expect(countOf(rig, 'POST stop')).toBe(0);
  });

  it('is not stopped for the lease of somebody else', async () => {
    const rig = rigOf(LARGE);
    leaseOfOther(rig, 'm000', 3_600);
    const result = only(await run(rig, 'suspend', { ...FALLBACK, onLease: 'fail' }));
    expect(result).toMatchObject({ outcome: 'failed', error: { class: 'lease held' } });
    expect(countOf(rig, 'POST stop')).toBe(0);
  });
});
