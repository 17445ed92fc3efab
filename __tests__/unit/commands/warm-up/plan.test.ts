import {
  type WarmBounds,
  type WarmCount,
  warmGroups,
  warmGuard,
} from '../../../../src/commands/warm-up/plan.js';
import { appMachine } from '../../../support/machines.js';

const NOW = Date.UTC(2025, 0, 15, 12);
const FAILING = {
  configuredChecks: { names: ['web'], ofServices: 0 },
  checks: [{ name: 'web', status: 'critical', output: '' }],
};

function planned(
  machines: readonly Parameters<typeof appMachine>[],
  count: WarmCount,
  bounds: Partial<WarmBounds> = {},
) {
  const selected = machines.map((it) => ({ machine: appMachine(...it), named: false, excluded: undefined }));
  const { groups, passedOver: left } = warmGroups(selected, {
    ...{ apps: ['my-app'], count, limit: undefined, guard: warmGuard, now: NOW },
    ...bounds,
  });
  return {
    groups: groups.map(({ app, region, need, candidates }) => ({
      ...{ app, region, need },
      candidates: candidates.map(({ kind, machine }) => `${machine.id} ${kind}`).join(', '),
    })),
    left: left.map(({ machine, reason }) => `${machine.id}: ${reason}`),
  };
}

describe('when it is planned what to warm up', () => {
  it('takes what is ready, then what comes by itself, then what starts fastest', () => {
    const states = [
      ...['failed', 'created', 'replacing', 'stopping', 'suspending', 'stopped', 'suspended'],
      ...['restarting', 'starting', 'started'],
    ];
    const machines = states.map((state, index): Parameters<typeof appMachine> => [`m${index}`, { state }]);
    const { groups } = planned([...machines, ['sick', FAILING], ['well', {}]], 1);
    expect(groups[0]?.candidates).toBe(
      'm9 ready, well ready, m8 await, m7 await, m6 change, m5 change, sick await, m4 change, m3 change, m2 change, m1 change, m0 change',
    );
  });

  it('takes what has just come up before what starts, and what has failed for long after it', () => {
    const up = (seconds: number) => ({ ...FAILING, newestStart: NOW - 1_000 * seconds });
    const unreported = { ...FAILING, checks: [] };
    const { groups } = planned(
      [
        ['stopped', { state: 'stopped' }],
        ['long', up(121)],
        ['unreported', unreported],
        ['fresh', up(119)],
        ['starting', { state: 'starting' }],
        ['well', {}],
        // By a clock that is ahead of ours.
        ['ahead', up(-60)],
      ],
      1,
    );
    expect(groups[0]?.candidates).toBe(
      'well ready, fresh await, ahead await, starting await, stopped change, long await, unreported await',
    );
  });

  it('leaves alone what can not come to be started', () =>
    expect(
      planned(
        [
          ['a', { state: 'destroying' }],
          ['b', { state: 'new to us' }],
        ],
        'all',
      ),
    ).toEqual({
      groups: [{ app: 'my-app', region: undefined, need: 0, candidates: '' }],
      left: ['a: being destroyed', 'b: it is new to us'],
    }));

  it('has a group for each app and region that is wanted, machines or not', () => {
    const count = new Map([
      ['fra', 2],
      ['iad', 1],
    ]);
    const { groups, left } = planned(
      [
        ['a', {}],
        ['b', { region: 'ams' }],
      ],
      count,
      { apps: ['my-app', 'other'] },
    );
    expect(groups).toEqual([
      { app: 'my-app', region: 'fra', need: 2, candidates: 'a ready' },
      { app: 'my-app', region: 'iad', need: 1, candidates: '' },
      { app: 'other', region: 'fra', need: 2, candidates: '' },
      { app: 'other', region: 'iad', need: 1, candidates: '' },
    ]);
    expect(left).toEqual(['b: `count` has no ams']);
  });

  it('means by all those that its limit lets start, and those that are started', () => {
    const stopped = { state: 'stopped' };
    const { groups, left } = planned(
      [
        ['a', stopped],
        ['b', stopped],
        ['c', {}],
      ],
      'all',
      { limit: 1 },
    );
    expect(groups[0]).toMatchObject({ need: 2, candidates: 'c ready, a change' });
    expect(left).toEqual(['b: limit of 1 reached']);
  });
});
