import type { MachineConfig } from '../../../emulator/machines/machine.js';
import { counts, many, only, outcomes, runExec } from '../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../support/rigs/machines-rig.js';

const IN_SIDE = { command: ['true'], timeout: 60_000, container: 'side' };
const WEB_AND_SIDE = { containers: [{ name: 'web' }, { name: 'side' }] };

/** Started machines with these configurations. */
function rigOf(configs: readonly MachineConfig[], options: MachinesRigOptions = {}): MachinesRig {
  const machines = many(configs.length, (index) => ({ state: 'started', config: configs[index] ?? {} }));
  return createMachinesRig({ machines, ...options });
}

describe('when a command is for one container of its machines', () => {
  it('runs there, and says so while it does', async () => {
    const rig = rigOf([WEB_AND_SIDE, WEB_AND_SIDE]);
    const seen: (string | undefined)[] = [];
    for (const { behaviour } of rig.fly.machines(APP))
      behaviour.exec = (_, __, container) => {
        seen.push(container);
        return {};
      };
    const done = await runExec(rig, IN_SIDE);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed' });
    expect(seen).toEqual(['side', 'side']);
    expect(done.phases).toEqual(['Running in container side of 2', 'end']);
    expect(done.result.line).toBe('ran on 2, failed 0 of 2 in my-app');
    await runExec(rig, { command: ['true'], timeout: 60_000 });
    expect(seen.slice(2)).toEqual([undefined, undefined]);
  });

  it('fails each machine that has none of that name before anything is sent to it, and runs in the others', async () => {
    const rig = rigOf([WEB_AND_SIDE, { containers: [{ name: 'web' }, { name: 'logs' }] }, {}]);
    const done = await runExec(rig, IN_SIDE);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'failed', m002: 'failed' });
    expect(counts(rig)).toEqual({ 'GET machines': 1, 'POST exec': 1 });
    expect(done.result.machines.slice(1).map(({ error }) => [error?.class, error?.message])).toEqual([
      ['not found', 'machine m001 has no container side: it has web, logs'],
      ['not found', 'machine m002 has no container side: it is not made of containers'],
    ]);
  });

  it('fails it in a dry run, too', async () => {
    const { result } = await runExec(rigOf([WEB_AND_SIDE, {}]), IN_SIDE, { dryRun: true });
    expect(result.machines.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['skipped', 'dry run: would run in container side'],
      ['failed', ''],
    ]);
  });

  it('names its containers on one line, and no more than ten', async () => {
    const containers = Array.from({ length: 30 }, (_, index) => ({ name: `c\n::error::${index}` }));
    const { error } = only(await runExec(rigOf([{ containers }]), IN_SIDE));
    expect(error?.message).toMatch(/: it has c ::error::0, .*, c ::error::9 and 20 more$/);
  });

  it('looks again where a deploy has taken it away before its turn', async () => {
    const rig = rigOf([WEB_AND_SIDE, WEB_AND_SIDE], { maxConcurrent: 1 });
    rig.fly.machine(APP, 'm000').behaviour.exec = () => ({ takesMs: 30_000 });
    void rig.clock.sleep(10_000).then(() => {
      rig.fly.machine(APP, 'm001').config = { containers: [{ name: 'web' }] };
    });
    const done = await runExec(rig, IN_SIDE);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'failed' });
    expect(done.result.machines[1]?.error?.message).toBe(
      'machine m001 has no container side: it has web; the command was not run',
    );
    expect(counts(rig)['POST exec']).toBe(1);
  });
});

describe('when only Fly knows the containers of a machine', () => {
  it.each([
    ['one of them has no name', { containers: [{}] }],
    ['it says nothing of them', undefined],
  ])('asks it: %s', async (_, config) => {
    const around: MachinesRigOptions['around'] = (inner) => async (request) => {
      const response = await inner(request);
      if (request.method !== 'GET') return response;
      const [machine] = JSON.parse(response.body);
      return { ...response, body: JSON.stringify([{ ...machine, config }]) };
    };
    expect(outcomes(await runExec(rigOf([WEB_AND_SIDE], { around }), IN_SIDE))).toEqual({ m000: 'changed' });
  });

  it.each(['404', '400'] as const)('asks again for a while, and then takes its word: %s', async (status) => {
    const error = status === '404' ? 'not_found: container side not found' : 'unknown container: side';
    const refused = (times: number) => ({
      path: /exec$/,
      times,
      fault: { status: Number(status), body: { error } },
    });
    expect(outcomes(await runExec(rigOf([WEB_AND_SIDE], { faults: [refused(2)] }), IN_SIDE))).toEqual({
      m000: 'changed',
    });
    const rig = rigOf([WEB_AND_SIDE], { faults: [refused(9)] });
    const result = only(await runExec(rig, IN_SIDE));
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { class: 'not found', status: Number(status) },
    });
    expect(result.error?.message).toMatch(
      /^run the command in container side of machine m000: Fly answered 40/,
    );
    expect(result.error?.message).not.toContain('may have run');
    expect(counts(rig)['POST exec']).toBe(3);
  });
});
