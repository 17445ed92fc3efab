import { createStepRig } from '../../../support/rigs/step-rig.js';

describe('when Fly takes a token for reading and wants another discharge for changing', () => {
  it('names the third parties of the token, and where to look', async () => {
    const rig = createStepRig({
      machines: [{ id: 'm1' }, { id: 'm2' }],
      settings: { missingDischarge: 'changes' },
    });
    const token = rig.fly.mintToken({ app: 'my-app' });
    const { log, succeeded } = await rig.step('stop', { token, app: 'my-app', machines: 'all' });
    expect(succeeded).toBe(false);
    const [error] = log.said('error');
    expect(error).toMatch(/missing discharge: .*Fly answered 401/);
    expect(error).toContain('The token names https://fly.test/aaa/v1. ');
    expect(error).toMatch(/`inspect` .* SSO/);
    rig.end();
  });
});
