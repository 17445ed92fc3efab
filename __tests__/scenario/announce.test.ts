import { onOneNode } from '../support/scenarios/nodes.js';
import { machineRows, output } from '../support/scenarios/results.js';
import { openScheduled } from '../support/scenarios/scheduled.js';
import { elsewhere, writes } from '../support/scenarios/steps.js';

const MACHINES = { idle: {}, restarted: {}, held: {}, down: { state: 'stopped' } } as const;
const ANNOUNCE = { 'idle-signal': 'uptime', announce: '24h' };

onOneNode('When stop-idle announces a stop to owners', (open) => {
  it('marks what is idle, and stops a day later what nobody has wanted since', async () => {
    const { scenario, at, job, states, metadata, idOf } = await openScheduled(open, MACHINES);
    at('Mon 09:23');
    const first = await job('./stop-idle', ANNOUNCE);
    expect(first).toMatchObject({ conclusion: 'success', outputs: { 'changed-count': '0' } });
    const announced = { idle: 'started marked', restarted: 'started marked', held: 'started marked' };
    expect(states('idle')).toEqual({ ...announced, down: 'stopped' });
    expect(metadata('idle')['marked-idle']).toMatch(/T09:23:\d\d\.\d{3}Z announced acme\/ops\/101$/);
    expect(machineRows(first)[idOf('idle')]).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringMatching(/^announced: will be stopped after \S+T09:23:\d\dZ/),
    });

    at('Mon 21:23');
    const before = writes(scenario).length;
    await job('./stop-idle', ANNOUNCE);
    expect(writes(scenario).slice(before)).toEqual([]);
    await elsewhere(scenario, idOf('restarted'), 'restart');
    // An owner objects.
    await job('./label', { machines: idOf('held'), set: 'keep-alive=yes' });

    at('Tue 09:33');
    const last = await job('./stop-idle', ANNOUNCE);
    expect(output(last, 'changed-ids')).toEqual([idOf('idle')]);
    expect(states('idle')).toEqual({ ...announced, idle: 'stopped', down: 'stopped' });
    expect(metadata('restarted')['marked-idle']).toMatch(/T09:33:\d\d\.\d{3}Z announced acme\/ops\//);
    expect(last.outputs['text']).toMatch(/^stopped 1, .*announced 1/);
  });
});
