import { flyTransport } from '../../../support/fakes/fly-transport.js';
import { jobOf } from '../../../support/rigs/rig-job.js';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';

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

describe('when what a step restores is changed between its list and its turn', () => {
  it('is what it was right before, however fresh the list', async () => {
    rig.end();
    rig = createStepRig({ machines: ['m1', 'm2'].map((id) => ({ id, state: 'started' as const })) });
    token = rig.fly.mintToken({ app: APP });
    const inner = flyTransport(rig.fly);
    const job = jobOf(rig);
    const stop = await job.step(
      'stop',
      { ...inputs('m1, m2'), 'max-concurrent': '1' },
      {
        transport: async (request) => {
          if (request.url.pathname.endsWith('/m1/stop')) rig.fly.machine(APP, 'm2').state = 'suspended';
          return await inner(request);
        },
      },
    );
    expect(JSON.stringify(stop.log.lines)).toContain('was suspended by another client meanwhile');
    await job.post(stop);
    expect(['m1', 'm2'].map(stateOf)).toEqual(['started', 'suspended']);
  });
});
