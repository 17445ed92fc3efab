import { list } from '../../../src/commands/list.js';
import { listApps } from '../../../src/commands/list-apps.js';
import { selector } from '../../support/machines.js';
import { APP, createMachinesRig, thrownBy } from '../../support/machines-rig.js';

const MACHINES = [
  { id: 'd', name: 'web-2' },
  { id: 'b', name: 'web-1' },
  { id: 'a', name: 'worker-1', processGroup: 'worker' },
];
const OTHER = { name: 'other-app', machines: [{ id: 'c' }] };

describe('when apps are listed', () => {
  it('costs one request for each, and machines come by app and id', async () => {
    const rig = createMachinesRig({ machines: MACHINES, otherApps: [OTHER] });
    const { machines, failures } = await rig.clock.run(
      listApps(rig.client, ['other-app', APP], rig.deadline.signal),
    );
    expect(machines.map(({ app, id }) => `${app} ${id}`)).toEqual([
      'other-app c',
      'my-app a',
      'my-app b',
      'my-app d',
    ]);
    expect(failures).toEqual([]);
    expect(rig.asked()).toEqual(['GET /v1/apps/other-app/machines 200', 'GET machines 200']);
  });

  it('does not hide an app behind another that fails', async () => {
    const rig = createMachinesRig({ machines: MACHINES });
    const { machines, failures } = await rig.clock.run(
      listApps(rig.client, ['nowhere', APP], rig.deadline.signal),
    );
    expect(machines.map(({ id }) => id)).toEqual(['a', 'b', 'd']);
    expect(failures.map(({ what, error }) => `${what}: ${error.class}`)).toEqual(['app nowhere: not found']);
  });

  it('throws the first error when no app can be listed', async () => {
    const rig = createMachinesRig({ machines: MACHINES });
    const error = await thrownBy(
      rig.clock.run(listApps(rig.client, ['nowhere', 'neither'], rig.deadline.signal)),
    );
    expect(error.message).toContain('list the machines of nowhere: Fly answered 404');
  });

  it('names the app that was not there at the deadline, and keeps the others', async () => {
    const faults = [{ path: '/v1/apps/other-app', fault: 'hang' as const }];
    const rig = createMachinesRig({ machines: MACHINES, otherApps: [OTHER], faults, timeoutMs: 5_000 });
    const { machines, failures } = await rig.clock.run(
      listApps(rig.client, [APP, 'other-app'], rig.deadline.signal),
    );
    expect(machines).toHaveLength(3);
    expect(failures.map(({ what, error }) => `${what}: ${error.class}`)).toEqual(['app other-app: timeout']);
    expect(rig.deadline.elapsed).toBe(5_000);
  });

  it('asks ten apps at once at most', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `app-${index}`);
    const otherApps = names.map((name) => ({ name, machines: [{ id: `m-${name}` }] }));
    const rig = createMachinesRig({ otherApps, settings: { latencyMs: 100 } });
    const { machines } = await rig.clock.run(listApps(rig.client, names, rig.deadline.signal));
    expect(machines).toHaveLength(25);
    expect(rig.deadline.elapsed).toBe(300);
  });
});

describe('when the machines of a step are listed', () => {
  it('changes nothing, and leaves out what is excluded', async () => {
    const rig = createMachinesRig({ machines: MACHINES });
    const tools = { client: rig.client, signal: rig.deadline.signal };
    const result = await rig.clock.run(
      list(tools, { apps: [APP], selector: selector({ exclude: ['web-1'] }) }),
    );
    expect(result.machines.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual([
      ['a', 'unchanged', ''],
      ['b', 'skipped', 'excluded by web-1'],
      ['d', 'unchanged', ''],
    ]);
    expect(result.line).toBe('listed 2 in my-app');
    expect(rig.asked()).toEqual(['GET machines 200']);
  });

  it('does not call a name misspelt that an app may have which cannot be listed', async () => {
    const faults = [{ path: '/v1/apps/other-app', fault: { status: 403, body: { error: 'no' } } }];
    const rig = createMachinesRig({ machines: MACHINES, otherApps: [OTHER], faults });
    const tools = { client: rig.client, signal: rig.deadline.signal };
    const options = { apps: [APP, 'other-app'], selector: selector({ machines: ['a', 'c'] }) };
    const result = await rig.clock.run(list(tools, options));
    expect(result.machines.map(({ id }) => id)).toEqual(['a']);
    expect(result.failures.map(({ error }) => error.class)).toEqual(['forbidden']);
  });
});
