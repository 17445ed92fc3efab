import { awaiting, cordonedIs, inState, started, startedAnew } from '../../../src/machines/goal.js';
import { FINAL, RESTING } from '../../../src/machines/machine/states.js';
import { appMachine } from '../../support/machines.js';

const at = (state: string, changes = {}) => appMachine('m1', { state, ...changes });

describe('when a state is the goal', () => {
  const goal = inState(['stopped', 'destroyed'], ['stopping']);

  it('is reached in any of them, and underway in those that lead there', () => {
    expect(['stopped', 'destroyed', 'stopping', 'started'].map((state) => goal.isReached(at(state)))).toEqual(
      [...[true, true, false, false]],
    );
    expect(['stopping', 'started'].map((state) => goal.isUnderway(at(state)))).toEqual([true, false]);
  });

  it('needs the version for stopped alone, and lets a machine be gone for destroyed alone', () => {
    expect([goal.target, goal.waitsForVersion, goal.isGoneFine]).toEqual([
      'stopped or destroyed',
      true,
      true,
    ]);
    const other = inState(['suspended'], []);
    expect([other.waitsForVersion, other.isGoneFine]).toEqual([false, false]);
  });

  it('finds no trace in events', () => {
    expect(goal.isTraced(at('started', { newestEvent: 9, newestStart: 9 }))).toBe(false);
  });
});

describe('when a start is the goal', () => {
  const goal = started(at('stopped', { newestStart: 100 }));

  it('is traced by a newer start, even where the machine has ended again', () => {
    expect(goal.isTraced(at('stopped', { newestStart: 101 }))).toBe(true);
    expect(goal.isTraced(at('stopped', { newestStart: 100, newestEvent: 200 }))).toBe(false);
  });

  it('is traced by a process that ended before it was ever started', () => {
    const start = { type: 'start', status: 'starting', source: 'user', at: 201 };
    const exit = { code: 1, outOfMemory: false, requested: false, restarting: false };
    const end = { type: 'exit', status: 'failed', source: 'flyd', at: 202, exit };
    const begun = started(at('stopped', { newestEvent: 200 }));
    expect(begun.isTraced(at('failed', { newestEvent: 202, events: [end, start] }))).toBe(true);
    expect(begun.isTraced(at('failed', { newestEvent: 202, events: [end] }))).toBe(false);
  });

  it('is reached by the state alone', () => {
    expect(goal.isReached(at('started', { newestStart: 0 }))).toBe(true);
    expect(goal.isReached(at('stopped', { newestStart: 101 }))).toBe(false);
  });
});

describe('when a machine is to start once more', () => {
  const goal = () => {
    const anew = startedAnew(60_000);
    anew.rebase?.(at('started', { newestStart: 100, newestEvent: 150 }));
    return anew;
  };

  it('is neither reached nor traced before it is known what was before', () => {
    const anew = startedAnew(60_000);
    const machine = at('started', { newestStart: 100, newestEvent: 150 });
    expect([anew.isReached(machine), anew.isTraced(machine)]).toEqual([false, false]);
  });

  it.each([
    ['started', 100, false],
    ['started', 101, true],
    ['stopped', 101, false],
    ['starting', 101, false],
    ['started', 0, false],
  ])('%s with a start at %i: %s', (state, newestStart, isReached) => {
    expect(goal().isReached(at(state, { newestStart }))).toBe(isReached);
  });

  it('is traced by any newer event', () => {
    expect(goal().isTraced(at('started', { newestEvent: 150 }))).toBe(false);
    expect(goal().isTraced(at('restarting', { newestEvent: 151 }))).toBe(true);
  });

  it('counts from what was read last before the request', () => {
    const anew = goal();
    anew.rebase?.(at('started', { newestStart: 300, newestEvent: 300 }));
    expect(anew.isReached(at('started', { newestStart: 300 }))).toBe(false);
    expect(anew.isTraced(at('started', { newestEvent: 300 }))).toBe(false);
    expect(anew.isReached(at('started', { newestStart: 301 }))).toBe(true);
  });

  it('is patient with the old process', () => {
    expect(goal().restMs).toBe(90_000);
  });
});

describe('when the proxy is what it is about', () => {
  it.each([true, false])('tells by reading alone: %s', (cordoned) => {
    const goal = cordonedIs(cordoned);
    expect(goal.awaited).toEqual([]);
    expect(goal.isReached(at('started', { cordoned }))).toBe(true);
    expect(goal.isReached(at('started', { cordoned: !cordoned }))).toBe(false);
  });
});

describe('when somebody only waits', () => {
  it.each(['created', 'started', 'stopped', 'suspended', 'failed', 'destroyed'])(
    'calls %s settled',
    (state) => {
      expect(awaiting(['settled']).isReached(at(state))).toBe(true);
    },
  );

  it.each([
    'starting',
    'stopping',
    'suspending',
    'restarting',
    'replacing',
    'updating',
    'destroying',
    'new-to-us',
  ])('does not call %s settled', (state) => {
    expect(awaiting(['settled']).isReached(at(state))).toBe(false);
  });

  it.each([
    ['destroyed', true],
    ['settled', true],
    ['started', false],
  ])('knows what is on its way out as underway to %s: %s', (state, isUnderway) => {
    const goal = awaiting([state]);
    expect([goal.isUnderway(at('destroying')), goal.isUnderway(at('launch_failed'))]).toEqual([
      isUnderway,
      isUnderway,
    ]);
  });

  it('never takes rest for an end', () => {
    expect(awaiting(['started']).restMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('knows no state that is both final and at rest', () => {
    expect([...FINAL].filter((state) => RESTING.has(state))).toEqual([]);
  });
});
