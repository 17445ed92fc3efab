import { leastStarted } from '../../../bench/tools/least-started.js';
import type { Happening } from '../../../emulator/happening.js';

/** Makes a change of a machine's state at a time. */
function change(machine: string, at: number, from: string, to: string): Happening {
  return { kind: 'state', at, app: 'my-app', machine, cause: { kind: 'machine' }, from, to };
}

/** Makes the changes of one restart. */
function restart(machine: string, down: number, up: number): Happening[] {
  return [
    change(machine, down, 'started', 'restarting'),
    change(machine, down + 1, 'restarting', 'restarting'),
    change(machine, down + 1, 'restarting', 'starting'),
    change(machine, up, 'starting', 'started'),
  ];
}

describe('when machines were restarted', () => {
  it.each<[string, Happening[], number]>([
    ['all that were there', [], 3],
    ['all but one, one after another', [...restart('a', 0, 5), ...restart('b', 6, 9)], 2],
    ['all but two, where two restarts overlap', [...restart('a', 0, 5), ...restart('b', 4, 9)], 1],
    ['all but one, where one comes up as the next goes', [...restart('b', 5, 9), ...restart('a', 0, 5)], 2],
    ['none, where all go at once', [...restart('a', 0, 5), ...restart('b', 0, 5), ...restart('c', 0, 5)], 0],
    ['all but the one that stays down', [change('a', 0, 'started', 'stopping')], 2],
    ['no fewer for one that was down before', [change('d', 0, 'stopped', 'starting')], 3],
  ])('counts %s', (_, happenings, least) => {
    expect(leastStarted(3, happenings)).toBe(least);
  });

  it('goes by the time of each change, not by when it was noticed', () => {
    const [down, ...rest] = restart('a', 0, 5);
    const late = [...restart('b', 2, 9), ...rest];
    expect(leastStarted(2, down === undefined ? late : [...late, down])).toBe(0);
  });

  it('passes over what is no change of a state', () => {
    const base = { at: 1, app: 'my-app', machine: 'a', cause: { kind: 'machine' } } as const;
    expect(leastStarted(1, [{ ...base, kind: 'cordon', cordoned: true }])).toBe(1);
  });
});
