import { LOADS } from '../../../../emulator/metrics/load.js';
import { passed } from '../../../support/rigs/step-inputs.js';
import { createStepRig, type StepRig, type StepRun } from '../../../support/rigs/step-rig.js';

const idle = { behaviour: { load: LOADS.idle } };
const DAY = 24 * 3_600_000;

let rig: StepRig;
beforeEach(() => {
  rig = createStepRig({ machines: [{ id: 'm1', ...idle }, { id: 'm2' }] });
});
afterEach(() => rig.end());

function stopIdle(inputs: Readonly<Record<string, string>> = {}): Promise<StepRun> {
  const token = rig.fly.mintToken({ thirdParty: false });
  const env = passed('stop-idle', { token, app: 'my-app', announce: '24h', ...inputs });
  const run = { GITHUB_REPOSITORY: 'acme/infra', GITHUB_RUN_ID: '42' };
  return rig.step('stop-idle', {}, { env: { ...env, ...run } });
}

describe('when a job announces stops', () => {
  it('names its run in the mark, and says what is idle in outputs and summary', async () => {
    const { runner, succeeded } = await stopIdle();
    const { metadata } = rig.fly.machine('my-app', 'm1').config;
    expect(metadata?.['marked-idle']).toMatch(/^2025-01-15T12:00:0\S+Z announced acme\/infra\/42$/);
    expect([succeeded, runner.outputs['idle-hours'], runner.outputs['changed-count']]).toEqual([
      true,
      '0.5',
      '0',
    ]);
    expect(runner.outputs['text']).toMatch(
      /^stopped 0, .*; announced 1; at least 0.5 machine-hours were running idle/,
    );
    expect(runner.summaries.join('')).toContain('| shared-cpu-1x 256 MB | 0.5 (1 machine) |');
    expect(runner.summaries.join('')).toContain('\n🟪🟩<br>🟪 <b>1</b> announced · 🟩 <b>1</b> kept up\n');
  });

  it('changes nothing in a dry run, and would change nothing now', async () => {
    const { runner } = await stopIdle({ 'dry-run': 'true' });
    expect([runner.outputs['would-change-ids'], runner.outputs['idle-hours']]).toEqual(['[]', '0.5']);
    expect(rig.sent.filter((it) => !it.startsWith('GET '))).toEqual([]);
  });

  it('stops a day later what is idle still', async () => {
    await stopIdle();
    await rig.clock.advance(DAY);
    const { runner } = await stopIdle();
    expect(runner.outputs['changed-ids']).toBe('["m1"]');
  });
});
