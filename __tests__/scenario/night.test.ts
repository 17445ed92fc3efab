import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, machineRows, output, said } from '../support/scenarios/results.js';
import { openScheduled } from '../support/scenarios/scheduled.js';
import { elsewhere, writes } from '../support/scenarios/steps.js';

const MACHINES = {
  asleep: {},
  suspended: { state: 'suspended' },
  woken: {},
  asked: {},
  down: { state: 'stopped' },
  kept: { metadata: { keep: 'true' } },
} as const;
const EVENING = { state: 'started', exclude: 'keep=true', mark: 'night' };
const MORNING = { marked: 'night' };

onOneNode('When one job puts an app to sleep, and another one wakes it', (open) => {
  it('wakes exactly what the evening has stopped, whatever people did meanwhile', async () => {
    const { scenario, at, job, states, metadata, idOf } = await openScheduled(open, MACHINES);
    at('Mon 19:03');
    const evening = await job('./stop', EVENING);
    expect(evening).toMatchObject({ conclusion: 'success', outputs: { 'changed-count': '3' } });
    const left = {
      ...{ asleep: 'stopped marked', woken: 'stopped marked', asked: 'stopped marked' },
      ...{ down: 'stopped', suspended: 'suspended', kept: 'started' },
    };
    expect(states('night')).toEqual(left);
    expect(metadata('asleep')['marked-night']).toMatch(/T19:03:\d\d\.\d{3}Z stopped acme\/ops\/101$/);

    at('Mon 22:00');
    // The list says who has put it down. One is started by a step, which takes the mark off, one by a request.
    const list = await job('./list');
    const line = lines(list).find((it) => it.startsWith(idOf('asleep')));
    expect(line).toMatch(/ {2}night: stopped \S+T19:03:\d\dZ by acme\/ops\/101$/);
    await job('./start', { machines: idOf('woken') });
    await elsewhere(scenario, idOf('asked'), 'start');
    await elsewhere(scenario, idOf('kept'), 'stop');
    await job('./wait');
    const night = { ...left, woken: 'started', asked: 'started marked', kept: 'stopped' };
    expect(states('night')).toEqual(night);

    at('Tue 06:57');
    const before = writes(scenario).length;
    const morning = await job('./start', MORNING);
    expect(morning).toMatchObject({ conclusion: 'success', annotations: [] });
    expect(output(morning, 'changed-ids')).toEqual([idOf('asleep')]);
    expect(states('night')).toEqual({ ...night, asleep: 'started', asked: 'started' });
    const starts = writes(scenario)
      .slice(before)
      .filter((it) => it.includes('/start'));
    expect(starts).toEqual([`POST ${idOf('asleep')}/start`]);
  });

  it('wakes each once: a second morning finds no mark, which an empty night may mean', async () => {
    const { at, job } = await openScheduled(open, { asleep: {} });
    at('Mon 19:03');
    await job('./stop', EVENING);
    at('Tue 06:57');
    await job('./start', MORNING);
    const again = await job('./start', MORNING);
    expect(again.conclusion).toBe('failure');
    expect(said(again, 'error').join()).toMatch(/^not found: /);
    const allowed = await job('./start', { ...MORNING, 'allow-empty': 'true' });
    expect(allowed).toMatchObject({ conclusion: 'success', outputs: { count: '0' } });
  });

  it('leaves what is held where the evening is a stop-idle by uptime', async () => {
    const { at, job, states } = await openScheduled(open, { asleep: {}, held: {} });
    at('Mon 18:00');
    await job('./start', { machines: 'held', hold: '72h' });
    at('Mon 19:03');
    const idle = { 'idle-signal': 'uptime', 'idle-for': '5m' };
    const evening = await job('./stop-idle', { ...idle, mark: 'night' });
    expect(evening.conclusion).toBe('success');
    expect(states('night')).toEqual({ asleep: 'stopped marked', held: 'started' });

    // The hold is ended early.
    await job('./label', { machines: 'held', set: 'keep-alive-until=' });
    at('Mon 19:33');
    await job('./stop-idle', { ...idle, mark: 'night' });
    expect(states('night')).toEqual({ asleep: 'stopped marked', held: 'stopped marked' });
  });

  it('shows in a dry run what the evening would stop, and marks nothing', async () => {
    const { scenario, at, job, states } = await openScheduled(open, MACHINES);
    at('Mon 18:00');
    const dry = await job('./stop', { ...EVENING, 'dry-run': 'true' });
    expect(dry.outputs).toMatchObject({ 'would-change-count': '3', 'changed-count': '0' });
    expect(dry.outputs['text']).toMatch(/^dry run: would stop 3, /);
    expect(Object.values(machineRows(dry)).filter(({ outcome }) => outcome === 'changed')).toEqual([]);
    expect(writes(scenario)).toEqual([]);
    expect(Object.values(states('night')).filter((it) => it.endsWith('marked'))).toEqual([]);
  });
});
