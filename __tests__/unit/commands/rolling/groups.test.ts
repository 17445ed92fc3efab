import { rollingGroups } from '../../../../src/commands/rolling/groups.js';
import { appMachine } from '../../../support/machines.js';

const ids = (machines: Parameters<typeof rollingGroups>[0], most: Parameters<typeof rollingGroups>[1]) =>
  rollingGroups(machines, most).map(({ app, name, places, rounds }) => [
    `${app}/${name ?? ''} ${places}`,
    ...rounds.map((round) => round.map(({ id }) => id).join(' ')),
  ]);

const failing = { checks: [{ name: 'alive', status: 'critical', output: '' }] };

describe('when machines are restarted by groups', () => {
  it('takes each process group of each app for itself, the first machine alone', () => {
    const machines = [
      ...['a1', 'a2', 'a3', 'a4', 'a5'].map((id) => appMachine(id)),
      appMachine('b1', { processGroup: 'worker' }),
      appMachine('b2', { processGroup: undefined }),
      appMachine('c1', { app: 'other' }),
    ];
    expect(ids(machines, { machines: 2 })).toEqual([
      ['my-app/app 2', 'a1', 'a2 a3', 'a4 a5'],
      ['my-app/worker 1', 'b1'],
      ['my-app/ 1', 'b2'],
      ['other/app 1', 'c1'],
    ]);
  });

  it('takes those first that serve nobody, and counts only those that are up', () => {
    const machines = [
      appMachine('m1'),
      appMachine('m2', failing),
      appMachine('m3', { state: 'failed' }),
      appMachine('m4'),
      appMachine('m5', { state: 'starting' }),
      appMachine('m6', { configuredChecks: { names: ['alive'], ofServices: 0 } }),
      appMachine('m7'),
    ];
    // Up are m1, m2, m4, m6 and m7: half of these is 2.
    expect(ids(machines, { percent: 50 })).toEqual([['my-app/app 2', 'm2 m3', 'm5 m6', 'm1', 'm4 m7']]);
  });

  it('lets regions take turns', () => {
    const machines = [
      ...['f1', 'f2', 'f3'].map((id) => appMachine(id)),
      ...['i1', 'i2'].map((id) => appMachine(id, { region: 'iad' })),
      appMachine('s1', { region: 'syd' }),
    ];
    expect(ids(machines, { machines: 3 })).toEqual([['my-app/app 3', 'f1', 'i1 s1 f2', 'i2 f3']]);
  });

  it('has no groups without machines', () => {
    expect(ids([], { percent: 33 })).toEqual([]);
  });
});
