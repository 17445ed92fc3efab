import type { MachineSpec } from '../../emulator/machines/build.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, type Scenario, WEB, WORKERS } from '../support/scenarios/scenario.js';
import { stepWith, writes } from '../support/scenarios/steps.js';

const [FIRST, SECOND] = WORKERS;
const stateOf = ({ fly }: Scenario, id: string) => fly.machine(APP, id).state;

onOneNode('When Fly says for a moment that a machine is not there', (open) => {
  it('stops it all the same', async () => {
    const scenario = await open({ settings: { unseenTimes: 1 } });
    const result = await stepWith(scenario, './stop', { machines: 'web-1' });
    expect(result.conclusion).toBe('success');
    expect(output(result, 'changed-ids')).toEqual([WEB]);
    expect(stateOf(scenario, WEB)).toBe('stopped');
  });

  it.each([
    ['one machine is denied', { unseenTimes: 1 }],
    ['the list is empty', { listShows: 'nothing' }],
  ] as const)('puts back in a post what was started: %s', async (_, lie) => {
    const scenario = await open();
    await stepWith(scenario, './start', { machines: FIRST, restore: 'true' });
    expect(stateOf(scenario, FIRST)).toBe('started');
    Object.assign(scenario.fly.settings, lie);
    const [post] = await scenario.job.post();
    expect(post?.conclusion).toBe('success');
    expect(stateOf(scenario, FIRST)).toBe('stopped');
    expect([stateOf(scenario, SECOND), stateOf(scenario, WEB)]).toEqual(['stopped', 'started']);
  });
});

/** What a nightly stop finds beside a clean-up of previews. */
const NIGHT: readonly MachineSpec[] = [
  { id: WEB },
  ...(['destroyed', 'destroying', 'replaced', 'migrated', 'launch_failed'] as const).map((state, index) => ({
    id: `c00000000000${index + 1}`,
    state,
  })),
  { id: FIRST },
];

onOneNode('When machines are gone or going beside others', (open) => {
  it('stops the others, says why these are left, and stays green', async () => {
    const scenario = await open({
      apps: [{ name: APP, machines: NIGHT }],
      settings: { listDestroyed: 'shown' },
    });
    const result = await stepWith(scenario, './stop', { machines: 'all' });
    expect([result.conclusion, said(result, 'error')]).toEqual(['success', []]);
    expect(output(result, 'changed-ids').toSorted()).toEqual([FIRST, WEB].toSorted());
    expect(writes(scenario).toSorted()).toEqual([`POST ${FIRST}/stop`, `POST ${WEB}/stop`].toSorted());
    for (const { id = '', state } of NIGHT.slice(1, -1)) {
      expect(machineRows(result)[id]).toMatchObject({ outcome: 'skipped', state });
      expect(machineRows(result)[id]?.reason).not.toBe('');
    }
  });

  it.each(['./start', './cordon'])('sends nothing to them: %s', async (uses) => {
    const scenario = await open({
      apps: [{ name: APP, machines: NIGHT.slice(1, -1) }],
      settings: { listDestroyed: 'shown' },
    });
    const result = await stepWith(scenario, uses, { machines: 'all' });
    expect([result.conclusion, writes(scenario)]).toEqual(['success', []]);
    expect(lines(result).at(-1)).toContain('skipped 5, failed 0 of 5 in my-app');
  });
});
