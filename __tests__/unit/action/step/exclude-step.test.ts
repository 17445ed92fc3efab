import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';

let rig: StepRig;

beforeEach(() => {
  const machines = [
    { id: 'd8910000000001', name: 'web-1', state: 'started' as const },
    { id: 'd8910000000002', name: 'web-2', state: 'started' as const },
  ];
  rig = createStepRig({
    apps: [
      { name: 'my-app', machines },
      { name: 'other', machines: [{ id: 'd8910000000003', name: 'db-1', state: 'started' as const }] },
    ],
  });
});

afterEach(() => rig.end());

const writes = () => rig.sent.filter((it) => !it.startsWith('GET'));

const COMMANDS = [
  ['stop', { machines: 'all' }],
  ['start', { machines: 'all', 'dry-run': 'true' }],
  ['cordon', { machines: 'all', limit: '1' }],
  ['restart', { machines: 'd8910000000001', shard: '0/2' }],
  ['exec', { machines: 'all', run: 'date' }],
  ['label', { machines: 'all', set: 'a=1' }],
  ['stop-idle', { 'idle-signal': 'uptime' }],
  ['warm-up', {}],
] as const;

describe('when `exclude` has an id or name that no machine has', () => {
  it.each(COMMANDS)('%s fails before it changes anything', async (command, given) => {
    const token = rig.fly.mintToken({ org: 'my-org', withDischarge: true });
    const inputs = { token, app: 'my-app', exclude: 'web-1, wep-2', ...given };
    const { succeeded, log } = await rig.step(command, inputs);
    expect(succeeded).toBe(false);
    expect(log.said('error')[0]).toContain('`exclude` names wep-2');
    expect(writes()).toEqual([]);
  });

  it.each(['list', 'wait'] as const)('%s says so in a notice', async (command) => {
    const token = rig.fly.mintToken({ org: 'my-org', withDischarge: true });
    const { succeeded, log } = await rig.step(command, { token, app: 'my-app', exclude: 'wep-2' });
    expect(succeeded).toBe(true);
    expect(log.said('notice')).toEqual([expect.stringContaining('`exclude` names wep-2')]);
  });

  it('looks for it in all apps together', async () => {
    const token = rig.fly.mintToken({ org: 'my-org', withDischarge: true });
    const inputs = { token, app: 'my-app, other', machines: 'all', exclude: 'db-1' };
    expect((await rig.step('stop', inputs)).succeeded).toBe(true);
    expect(rig.fly.machines('other').map(({ state }) => state)).toEqual(['started']);
  });

  it('says nothing of it where an app could not be listed, in which it may be', async () => {
    rig.fly.faults.push({
      path: '/v1/apps/other/machines',
      times: 50,
      fault: { status: 404, body: { error: 'x' } },
    });
    const token = rig.fly.mintToken({ org: 'my-org', withDischarge: true });
    const inputs = { token, app: 'my-app, other', machines: 'all', exclude: 'db-1' };
    const { succeeded, log } = await rig.step('stop', inputs);
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).not.toContain('`exclude`');
    expect(rig.fly.machines('my-app').map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  });

  it('takes it with `allow-empty`, and says so', async () => {
    const token = rig.fly.mintToken({ org: 'my-org', withDischarge: true });
    const inputs = { token, app: 'my-app', machines: 'all', exclude: 'wep-2', 'allow-empty': 'true' };
    const { succeeded, log } = await rig.step('stop', inputs);
    expect(succeeded).toBe(true);
    expect(log.said('notice').join()).toContain('`exclude` names wep-2');
  });
});
