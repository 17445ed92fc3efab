import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { proxyWarnings } from '../../../../src/commands/engine/plan-warnings.js';
import { TRANSITIONS, type TransitionName } from '../../../../src/machines/transitions.js';
import { appMachine, selector } from '../../../support/machines.js';
import { many, run } from '../../../support/rigs/engine-rig.js';
import { createMachinesRig } from '../../../support/rigs/machines-rig.js';

const STOPS = { config: { services: [{ autostop: 'stop', autostart: true }] } } as const;

async function warnings(name: TransitionName, machines: readonly MachineSpec[], wish = {}) {
  const { result } = await run(createMachinesRig({ machines }), name, wish);
  return [...result.warnings, ...(result.standing ?? [])];
}

describe("when Fly's proxy has a will of its own", () => {
  it.each(['start', 'restart'] as const)('warns before a %s of what it may stop', async (name) => {
    const state = name === 'restart' ? 'started' : 'stopped';
    const machines = many(3, (index) => (index === 1 ? {} : { ...STOPS, state }));
    expect(await warnings(name, machines)).toEqual([
      expect.stringMatching(/^m000 \(.+\), m002 \(.+\): `autostop` is on.*`auto_stop_machines = "off"`\.$/),
    ]);
  });

  it.each(['stop', 'suspend'] as const)('warns before a %s of what it will wake', async (name) => {
    const machines = many(2, () => ({ state: 'started', ...STOPS }));
    expect(await warnings(name, machines)).toEqual([
      expect.stringMatching(/^m000 \(.+\), m001 \(.+\): `autostart` is on.*Cordon it first/),
    ]);
  });

  it('names the apps where there are several', () => {
    const planned = (app: string) =>
      ({ kind: 'change', machine: appMachine('a', { app, autostart: true }) }) as const;
    const both = [planned('my-app'), planned('other')];
    expect(proxyWarnings(TRANSITIONS.stop, both)).toEqual([
      expect.stringMatching(/^a \(name-a\) in my-app, a \(name-a\) in other: /),
    ]);
    expect(proxyWarnings(TRANSITIONS.stop, both.slice(1))).toEqual([
      expect.stringMatching(/^a \(name-a\): /),
    ]);
  });

  it.each(['cordon', 'uncordon'] as const)('has nothing to say of a %s', async (name) => {
    expect(
      await warnings(
        name,
        many(1, () => ({ state: 'started', ...STOPS })),
      ),
    ).toEqual([]);
  });

  it.each([
    [{ autostop: 'suspend' }, 1],
    [{ autostop: true }, 1],
    [{ autostop: 'off' }, 0],
    [{ autostop: false }, 0],
    [{}, 0],
  ] as const)('reads every form of the setting: %j', async (service, number) => {
    const machines = many(1, () => ({ config: { services: [service] } }));
    expect(await warnings('start', machines)).toHaveLength(number);
  });

  it('names five at most and counts them all', async () => {
    const [warning] = await warnings(
      'start',
      many(12, () => STOPS),
    );
    expect(warning).toMatch(/^m000 \(.+\), m001 .*, m004 \(.+\), … \(12 machines\): /);
  });

  it('warns in a dry run as well, and of what is there already', async () => {
    expect(
      await warnings(
        'start',
        many(1, () => STOPS),
        { dryRun: true },
      ),
    ).toHaveLength(1);
    expect(
      await warnings(
        'start',
        many(1, () => ({ state: 'started', ...STOPS })),
      ),
    ).toHaveLength(1);
  });

  it('does not warn of what is left alone', async () => {
    const chosen = selector({ machines: 'all', exclude: ['m000'] });
    expect(
      await warnings(
        'start',
        many(2, (index) => (index === 0 ? STOPS : {})),
        { selector: chosen },
      ),
    ).toEqual([]);
  });
});
