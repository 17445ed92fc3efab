import { createStepRig } from '../../../support/rigs/step-rig.js';

/** Returns the log of a step that restarts three machines, one after another. */
async function logOf(): Promise<string> {
  const machines = ['m1', 'm2', 'm3'].map((id) => ({ id, state: 'started' }) as const);
  const rig = createStepRig({ machines });
  try {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const { log } = await rig.step('restart', { token, app: 'my-app', machines: 'all' });
    return JSON.stringify(log);
  } finally {
    rig.end();
  }
}

describe('when machines are restarted one after another', () => {
  it('counts the next as under way as soon as its turn has come', async () => {
    const log = await logOf();
    expect(log).toMatch(/restarted 1 of 3, 1 under way, 0 failed, [^;]*; waiting for m2/);
    expect(log).toMatch(/restarted 2 of 3, 1 under way, 0 failed, [^;]*; waiting for m3/);
    expect(log).not.toContain('0 under way');
  });
});
