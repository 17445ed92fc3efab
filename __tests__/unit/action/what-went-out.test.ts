import { jobOf } from '../../support/rig-job.js';
import { createStepRig, type StepRig } from '../../support/step-rig.js';

const APP = 'my-app';
let rig: StepRig;
let token: string;

beforeEach(() => {
  rig = createStepRig({ machines: [{ id: 'm1', state: 'started' }] });
  token = rig.fly.mintToken({ app: APP });
});
afterEach(() => rig.end());

const stateOf = (id: string) => rig.fly.machine(APP, id).state;
const sentTo = (verb: string) => rig.sent.filter((it) => it.startsWith('POST') && it.endsWith(`/${verb}`));
const inputs = (machines: string) => ({ token, app: APP, machines, restore: 'true' });

describe('when nothing came of what a step sent', () => {
  it.each([
    { what: 'too many requests', fault: { status: 429 } },
    { what: 'a plain no', fault: { status: 403, body: { error: 'no' } } },
  ])('leaves what is stopped on purpose afterwards: $what', async ({ fault }) => {
    const job = jobOf(rig);
    rig.fly.faults.push({ method: 'POST', path: /stop$/, fault });
    const first = await job.step('stop', { ...inputs('m1'), timeout: '30s' });
    expect([first.succeeded, stateOf('m1')]).toEqual([false, 'started']);
    rig.fly.faults.length = 0;
    await job.step('stop', { token, app: APP, machines: 'm1' });
    const { log } = await job.post(first);
    expect([stateOf('m1'), sentTo('start')]).toEqual(['stopped', []]);
    expect(log.said('warning')).toEqual([]);
  });
});
