import { runPost } from '../../../support/rigs/post-run.js';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';

const APP = 'my-app';
const ONE = { machines: 'm1', restore: 'true' };
const rigs: StepRig[] = [];

afterEach(() => {
  for (const rig of rigs.splice(0)) rig.end();
});

async function jobWith(machine: object): Promise<StepRig> {
  const rig = createStepRig({ machines: [{ id: 'm1', ...machine }] });
  rigs.push(rig);
  await rig.step('auth', { token: rig.fly.mintToken({ app: APP }), app: APP });
  return rig;
}

describe('when a machine is found otherwise than it was listed', () => {
  it('is neither stopped nor started where a deploy has suspended it under its lease', async () => {
    const rig = await jobWith({});
    const machine = rig.fly.machine(APP, 'm1');
    const expiresAt = Math.floor(rig.clock.now() / 1_000) + 30;
    machine.lease = { nonce: 'n', owner: 'deploy', description: '', version: machine.instanceId, expiresAt };
    void rig.clock.sleep(15_000).then(() => {
      machine.state = 'suspended';
    });
    const step = await rig.step('stop', ONE);
    expect(step.runner.outputs['machines']).toContain('"outcome":"skipped"');
    expect(step.runner.outputs['changed-count']).toBe('0');
    expect(JSON.stringify(step.log.lines)).toContain('was suspended by another client meanwhile');
    await runPost(rig, step);
    expect(rig.fly.machine(APP, 'm1').state).toBe('suspended');
    expect(rig.sent.filter((line) => /POST .*\/(stop|start)$/.test(line)).length).toBeLessThan(6);
    expect(
      rig.fly.requests.filter(({ path, status }) => /(stop|start)$/.test(path) && status === 200),
    ).toEqual([]);
  });

  it('tells what it was right before its start, and is put back to that', async () => {
    const rig = await jobWith({ state: 'stopped' });
    const machine = rig.fly.machine(APP, 'm1');
    const expiresAt = Math.floor(rig.clock.now() / 1_000) + 30;
    machine.lease = { nonce: 'n', owner: 'deploy', description: '', version: machine.instanceId, expiresAt };
    void rig.clock.sleep(15_000).then(() => {
      machine.state = 'suspended';
    });
    const step = await rig.step('start', ONE);
    expect(step.runner.outputs['machines']).toContain('"previous_state":"suspended"');
    await runPost(rig, step);
    expect(rig.fly.machine(APP, 'm1').state).toBe('suspended');
  });
});

describe('when a request is sent once more, however soon', () => {
  it('is judged anew: what was suspended in the pause is not stopped', async () => {
    const rig = await jobWith({});
    rig.fly.faults.push({ method: 'POST', path: /\/stop$/, times: 1, fault: { status: 429 } });
    void rig.clock.sleep(100).then(() => {
      rig.fly.machine(APP, 'm1').state = 'suspended';
    });
    const step = await rig.step('stop', ONE);
    expect(step.runner.outputs['machines']).toContain('was suspended by another client meanwhile');
    await runPost(rig, step);
    expect(rig.fly.machine(APP, 'm1').state).toBe('suspended');
  });

  it('runs no command in what the filters do not choose any more', async () => {
    const rig = await jobWith({ metadata: { role: 'ci' } });
    rig.fly.faults.push({ method: 'POST', path: /\/exec$/, times: 1, fault: { status: 429 } });
    void rig.clock.sleep(100).then(() => {
      const machine = rig.fly.machine(APP, 'm1');
      machine.config = { ...machine.config, metadata: { role: 'live' } };
    });
    const step = await rig.step('exec', { metadata: 'role=ci', run: 'true' });
    expect(step.runner.outputs['machines']).toContain('"outcome":"skipped"');
    expect(rig.fly.requests.filter(({ path, status }) => /exec/.test(path) && status === 200)).toEqual([]);
  });

  it('is recorded as it was before the request that was taken on', async () => {
    const rig = await jobWith({ state: 'stopped' });
    rig.fly.faults.push({ method: 'POST', path: /\/start$/, times: 1, fault: { status: 429 } });
    void rig.clock.sleep(100).then(() => {
      rig.fly.machine(APP, 'm1').state = 'suspended';
    });
    const step = await rig.step('start', ONE);
    expect(step.runner.outputs['machines']).toContain('"previous_state":"suspended"');
    await runPost(rig, step);
    expect(rig.fly.machine(APP, 'm1').state).toBe('suspended');
  });
});

describe('when a machine is destroyed by its stop', () => {
  it('is told by the step and by the post as what the step did', async () => {
    const rig = await jobWith({ config: { auto_destroy: true } });
    const step = await rig.step('stop', ONE);
    expect(step.runner.outputs['machines']).toContain('a stop destroys it for good');
    const { log } = await runPost(rig, step);
    const said = JSON.stringify(log.lines);
    expect(said).toContain('this step stopped it, and a stop destroys it for good (`auto_destroy`)');
    expect(said).not.toContain('another client has destroyed it');
  });
});
