import type { StepResult } from '../../runner/step-result.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, machineRows, said } from '../support/scenarios/results.js';
import { openScheduled } from '../support/scenarios/scheduled.js';
import { elsewhere, writes } from '../support/scenarios/steps.js';

const HOURS = 'Mon-Fri 08:00-18:00 Etc/UTC';
const own = { metadata: { hours: HOURS } };
const MACHINES = {
  asleep: own,
  woken: own,
  down: { ...own, state: 'stopped' },
  held: { metadata: { hours: HOURS, 'keep-alive': 'yes' } },
  without: {},
} as const;

/** Reason of a machine in a job's result. */
const reasonOf = (result: StepResult, id: string) => machineRows(result)[id]?.reason;

onOneNode('When jobs bring machines to where their hours say', (open) => {
  it('puts down outside and wakes within, but leaves what people have done meanwhile', async () => {
    const { scenario, at, job, states, idOf } = await openScheduled(open, MACHINES);
    at('Mon 18:23');
    const evening = await job('./hours');
    expect(evening).toMatchObject({ conclusion: 'success', outputs: { 'changed-count': '2' } });
    const left = {
      ...{ asleep: 'stopped marked', woken: 'stopped marked' },
      ...{ down: 'stopped', held: 'started', without: 'started' },
    };
    expect(states('hours')).toEqual(left);
    expect(reasonOf(evening, idOf('asleep'))).toMatch(
      /outside its hours since \S+T18:00:00Z until \S+T08:00:00Z/,
    );
    expect(reasonOf(evening, idOf('without'))).toMatch(/^no .?hours/);
    expect(evening.outputs['text']).toMatch(/^(started 0, )?stopped 2, /);

    at('Mon 20:00');
    await elsewhere(scenario, idOf('woken'), 'start');
    await job('./wait');
    at('Mon 20:23');
    const before = writes(scenario).length;
    const night = await job('./hours');
    expect(writes(scenario).slice(before)).toEqual([]);
    expect(reasonOf(night, idOf('woken'))).toMatch(
      /^woken by another client at \S+T20:00:\d\dZ, stays up until \S+T18:00:00Z/,
    );

    // The run at eight was dropped: the next makes up for it.
    at('Tue 09:23');
    const morning = await job('./hours');
    expect(morning).toMatchObject({
      conclusion: 'success',
      annotations: [],
      outputs: { 'changed-count': '1' },
    });
    expect(states('hours')).toEqual({ ...left, asleep: 'started', woken: 'started' });
    expect(reasonOf(morning, idOf('down'))).toMatch(/^stopped, but not by `hours`/);

    at('Tue 18:23');
    await job('./hours');
    expect(states('hours')).toEqual(left);
  });

  it('says of each machine in the log whether it is in or out', async () => {
    const { at, job, idOf } = await openScheduled(open, MACHINES);
    at('Wed 12:00');
    const noon = await job('./hours');
    const line = lines(noon).find((it) => it.startsWith(idOf('asleep')));
    expect(line).toMatch(/unchanged, .*within its hours since \S+T08:00:00Z until \S+T18:00:00Z/);
  });

  it('leaves hours that can’t be read alone, and warns with machine and text', async () => {
    const bad = { metadata: { hours: 'Mon-Fri 08:00-18:00 Europe/Berln' } };
    const { scenario, at, job, idOf } = await openScheduled(open, { bad });
    at('Sat 12:00');
    const result = await job('./hours');
    expect(writes(scenario)).toEqual([]);
    const [warning = ''] = said(result, 'warning');
    expect(warning).toContain(idOf('bad'));
    expect(warning).toContain('Did you mean `Europe/Berlin`?');
  });

  it('takes hours that a job has given a machine, and gives none that it could not read', async () => {
    const { at, job, states, metadata, idOf } = await openScheduled(open, { without: {} });
    at('Thu 18:30');
    const wrong = await job('./label', {
      machines: idOf('without'),
      set: 'hours=Mon-Fry 08:00-18:00 Etc/UTC',
    });
    expect(wrong.conclusion).toBe('failure');
    const right = await job('./label', { machines: idOf('without'), set: `hours=${HOURS}` });
    expect(right.conclusion).toBe('success');
    expect(metadata('without')['hours']).toBe(HOURS);
    await job('./hours');
    expect(states('hours')).toEqual({ without: 'stopped marked' });
  });
});
