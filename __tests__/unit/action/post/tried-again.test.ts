import { jobOf } from '../../../support/rigs/rig-job.js';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';

const APP = 'my-app';
const rigs: StepRig[] = [];

afterEach(() => {
  for (const rig of rigs.splice(0)) rig.end();
});

describe('when the post of another has put back a part of what a step changed', () => {
  it('puts back the rest, and leaves what an earlier step has brought back since', async () => {
    const rig = createStepRig({ machines: [{ id: 'm1' }, { id: 'm2', state: 'stopped' }, { id: 'm3' }] });
    rigs.push(rig);
    const states = () => ['m1', 'm2'].map((id) => rig.fly.machine(APP, id).state);
    const job = jobOf(rig);
    await job.step('auth', { token: rig.fly.mintToken({ app: APP }), app: APP });
    await job.step('stop', { machines: 'm1', restore: 'true' });
    const begun = await job.step('start', { machines: 'm1, m2', restore: 'true' });
    const last = await job.step('cordon', { machines: 'm3', restore: 'true' });

    const refused = { method: 'POST', path: /m2\/stop$/, fault: { status: 403 } };
    rig.fly.faults.push(refused);
    await job.post(last);
    // Stopped by its step, started by the next, and both undone.
    expect(rig.fly.requests.filter(({ path }) => /m1\/(stop|start)$/.test(path))).toHaveLength(4);
    expect(states()).toEqual(['started', 'started']);

    rig.fly.faults.splice(rig.fly.faults.indexOf(refused), 1);
    await job.post(begun);
    expect(states()).toEqual(['started', 'stopped']);
  });
});

describe('when the post of one step puts back what others changed, too', () => {
  it('is over within five minutes, and has some time for its own in any case', async () => {
    const rig = createStepRig({
      machines: [
        { id: 'm1', state: 'stopped' },
        { id: 'm2', state: 'stopped' },
      ],
    });
    rigs.push(rig);
    const job = jobOf(rig);
    await job.step('auth', { token: rig.fly.mintToken({ app: APP }), app: APP });
    const own = await job.step('start', { machines: 'm1', restore: 'true' });
    await job.step('start', { machines: 'm2', restore: 'true' });
    rig.fly.faults.push({ path: /wait|m[12]$/, fault: 'hang' });
    const begun = rig.clock.now();
    await job.post(own);
    expect(rig.clock.now() - begun).toBe(290_000);
  });
});
