import type { Fly } from '../../../../emulator/fly.js';
import { columnIn } from '../../../support/pages.js';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';

let rig: StepRig;

beforeEach(() => {
  rig = createStepRig({
    machines: [
      { id: 'd8910000000001', name: 'web-1', state: 'started' },
      { id: 'd8910000000002', name: 'web-2', state: 'stopped', metadata: { 'keep-alive': 'yes' } },
    ],
  });
});

afterEach(() => rig.end());

const tokenOf = (fly: Fly, actions?: string) =>
  fly.mintToken({ org: 'my-org', withDischarge: true, ...(actions !== undefined && { actions }) });

const label = (inputs: Readonly<Record<string, string>>, actions?: string) =>
  rig.step('label', { token: tokenOf(rig.fly, actions), app: 'my-app', machines: 'all', ...inputs });

describe('when a step labels machines', () => {
  it('says in log, outputs and summary what it has done, without the values', async () => {
    const { succeeded, log, runner } = await label({ set: 'hours=always\nkeep-alive=' });
    expect(succeeded).toBe(true);
    expect(runner.outputs).toMatchObject({ 'changed-count': '2', 'failed-count': '0' });
    expect(log.said('info').filter((it) => it.includes('set hours'))).toEqual([
      expect.stringMatching(/^d8910000000001 web-1 .*: labelled, set hours/),
      expect.stringMatching(/^d8910000000002 web-2 .*: labelled, set hours; removed keep-alive/),
    ]);
    expect(columnIn(runner.summaries[0] ?? '', 'State')).toEqual([
      'started<br>set hours',
      'stopped<br>set hours; removed keep-alive',
    ]);
    expect(runner.summaries[0]).not.toContain('always');
    expect(rig.fly.machine('my-app', 'web-2').config.metadata).toMatchObject({ hours: 'always' });
    const again = await label({ set: 'hours=always\nkeep-alive=' });
    expect(again.runner.outputs).toMatchObject({ 'changed-count': '0', count: '2' });
  });

  it('sends nothing with a token that can only read, and says so in a dry run', async () => {
    const { succeeded, log } = await label({ set: 'a=1' }, 'r');
    expect(succeeded).toBe(false);
    expect(log.said('error')[0]).toMatch(/The token may not write metadata/);
    expect(rig.sent.filter((it) => it.includes('machines'))).toEqual([]);
    const dry = await label({ set: 'a=1', 'dry-run': 'true' }, 'r');
    expect([dry.succeeded, dry.runner.outputs['would-change-count']]).toEqual([true, '2']);
    expect(dry.log.said('warning')[0]).toMatch(/A real run would be refused/);
  });

  it('refuses what no command could read, before anything is sent', async () => {
    const { succeeded, log } = await label({ set: 'keep-alive-until=Friday' });
    expect([succeeded, rig.sent]).toEqual([false, []]);
    expect(log.said('error')[0]).toContain('`set` has `keep-alive-until=Friday`: it takes a time such as');
  });
});
