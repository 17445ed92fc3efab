import { list } from '../../../src/commands/list.js';
import { selector } from '../../support/machines.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../support/rigs/machines-rig.js';

const MACHINES = [
  { id: 'd', name: 'web-2' },
  { id: 'b', name: 'web-1' },
  { id: 'a', name: 'worker-1' },
];
const OTHER = { name: 'other-app', machines: [{ id: 'c' }] };
const CHOICE = {
  scope: { apps: [APP], org: undefined },
  selector: selector(),
  shard: undefined,
  limit: undefined,
  dryRun: false,
};

async function listed(
  options: MachinesRigOptions,
  choice: Partial<typeof CHOICE | Parameters<typeof list>[0]>,
) {
  const rig: MachinesRig = createMachinesRig({ machines: MACHINES, ...options });
  const result = await rig.clock.run(list({ ...CHOICE, ...choice }, rig));
  return { rig, result };
}

describe('when the machines of a step are listed', () => {
  it('changes nothing, and leaves out what is excluded', async () => {
    const { rig, result } = await listed({}, { selector: selector({ exclude: ['web-1'] }) });
    expect(result.machines.map(({ machine, outcome, reason }) => [machine.id, outcome, reason])).toEqual([
      ['a', 'unchanged', ''],
      ['b', 'skipped', 'excluded by web-1'],
      ['d', 'unchanged', ''],
    ]);
    expect(result.line).toBe('listed 2 in my-app');
    expect(rig.asked()).toEqual(['GET machines 200']);
  });

  it('does not call a name misspelt that an app may have which cannot be listed', async () => {
    const faults = [{ path: '/v1/apps/other-app', fault: { status: 403, body: { error: 'no' } } }];
    const scope = { apps: [APP, 'other-app'], org: undefined };
    const options = { otherApps: [OTHER], faults };
    const { result } = await listed(options, { scope, selector: selector({ machines: ['a', 'c'] }) });
    expect(result.machines.map(({ machine }) => machine.id)).toEqual(['a']);
    expect(result.failures.map(({ error }) => error.class)).toEqual(['forbidden']);
    expect(result.line).toBe('listed 1 in my-app, other-app, 1 app not reached');
  });

  it('takes its share', async () => {
    const ids = async (index: number) => {
      const { result } = await listed({}, { shard: { index, total: 2 } });
      return result.machines.map(({ machine }) => machine.id);
    };
    const [first, second] = [await ids(0), await ids(1)];
    expect([...first, ...second].sort()).toEqual(['a', 'b', 'd']);
  });

  it('reads an organization in two requests, and passes on what is missing', async () => {
    const options = { otherApps: [OTHER], settings: { orgErrorRegions: 'lhr' } };
    const { rig, result } = await listed(options, { scope: { apps: [], org: 'my-org' } });
    expect(result.line).toBe('listed 4 in my-app, other-app');
    expect(result.warnings).toEqual(['Fly could not read lhr: apps and machines there may be missing.']);
    expect(result.notices).toEqual([expect.stringContaining('lags behind')]);
    expect(rig.fly.requests).toHaveLength(2);
  });
});

describe('when a machine that is listed has failed', () => {
  it('says how its process ended, as far as its events tell', async () => {
    const rig = createMachinesRig({ machines: ['a', 'b', 'c', 'd'].map((id) => ({ id, state: 'stopped' })) });
    const events = {
      a: { exit_code: 3 },
      b: { exit_code: 137, oom_killed: true },
      c: { requested_stop: true },
    };
    for (const [id, exit_event] of Object.entries(events)) {
      const event = { id: 'e', type: 'exit', status: 'failed', source: 'flyd', request: { exit_event } };
      rig.fly.machine(APP, id).events.unshift({ ...event, timestamp: rig.clock.now() });
      rig.fly.machine(APP, id).state = 'failed';
    }
    const { machines } = await rig.clock.run(list(CHOICE, rig));
    expect(machines.map(({ machine, reason }) => [machine.id, reason])).toEqual([
      ['a', 'exit code 3'],
      ['b', 'out of memory (exit code 137)'],
      ['c', ''],
      ['d', ''],
    ]);
  });
});
