import { type Keep, Keeping } from '../../../../src/commands/idle/keep.js';
import type { AppMachine } from '../../../../src/commands/result/app-machine.js';
import { appMachine } from '../../../support/machines.js';

const known = (id: string, facts: Partial<AppMachine> = {}) => appMachine(id, { updatedAt: 1, ...facts });

const fra = [known('a'), known('b'), known('c')];
const iad = [known('x', { region: 'iad' }), known('y', { region: 'iad', processGroup: 'worker' })];

const checked = (status: string): Partial<AppMachine> => ({
  configuredChecks: { names: ['web'], ofServices: 0 },
  checks: [{ name: 'web', status, output: '' }],
});

function kept(keeps: readonly Keep[], all: readonly AppMachine[], idle = all): string[] {
  const keeping = new Keeping(keeps, all);
  return idle.filter((machine) => keeping.giveUp(machine) !== undefined).map(({ id }) => id);
}

describe('when machines are given up one by one', () => {
  it.each<[string, Keep[], string[]]>([
    ['nothing', [], []],
    ['one per app', [{ per: 'app', least: 1 }], ['y']],
    ['one per region', [{ per: 'region', least: 1 }], ['c', 'y']],
    ['one per process group', [{ per: 'process-group', least: 1 }], ['x', 'y']],
    [
      'two per app and one per region',
      [
        { per: 'app', least: 2 },
        { per: 'region', least: 1 },
      ],
      ['c', 'y'],
    ],
    ['more than there are', [{ per: 'app', least: 9 }], ['a', 'b', 'c', 'x', 'y']],
  ])('keeps %s', (_, keeps, stay) => expect(kept(keeps, [...fra, ...iad])).toEqual(stay));

  it('counts each app by itself', () => {
    const other = fra.map((machine) => ({ ...machine, app: 'other' }));
    expect(kept([{ per: 'app', least: 2 }], [...fra, ...other])).toEqual(['b', 'c', 'b', 'c']);
  });

  it('counts what runs on anyway, whoever chose it', () =>
    expect(kept([{ per: 'app', least: 2 }], [...fra, ...iad], fra)).toEqual([]));

  it.each<[string, Partial<AppMachine>]>([
    ['is stopped', { state: 'stopped' }],
    ['is still starting', { state: 'starting' }],
    ['is out of rotation', { cordoned: true }],
    ['is on a host out of reach', { hostStatus: 'unreachable' }],
    ['is a standby', { isStandby: true }],
    ['runs on a schedule', { schedule: 'hourly' }],
    ['is destroyed when it stops', { autoDestroy: true }],
    ['fails its check', checked('critical')],
    ['only warns', checked('warning')],
    ['has not reported its check', { ...checked('passing'), checks: [] }],
    ['Fly knows nothing of but its state', { updatedAt: undefined, name: '' }],
    ['runs a release command', { processGroup: 'fly_app_release_command' }],
  ])('does not count on what %s', (_, changes) => {
    const all = [known('a'), known('z', changes)];
    expect(kept([{ per: 'app', least: 1 }], all, all.slice(0, 1))).toEqual(['a']);
  });

  it('counts on what passes its checks', () => {
    const all = [known('a'), known('z', checked('passing'))];
    expect(kept([{ per: 'app', least: 1 }], all, all.slice(0, 1))).toEqual([]);
  });

  it('gives up what fails its checks only where enough others serve', () => {
    const [sick, worse] = [known('s', checked('critical')), known('t', checked('critical'))];
    const keeps: Keep[] = [{ per: 'app', least: 1 }];
    expect(kept(keeps, [sick, worse])).toEqual(['s', 't']);
    expect(kept(keeps, [sick, worse, ...fra])).toEqual(['c']);
  });

  it('neither keeps a console nor lets it stand in for another', () => {
    const keeping = new Keeping([{ per: 'app', least: 1 }], fra);
    const console = known('z', { processGroup: 'fly_app_console' });
    expect(keeping.giveUp(console)).toBeUndefined();
    expect(fra.map((machine) => keeping.giveUp(machine))).toEqual([
      ...[undefined, undefined],
      'kept: 1 started at least per app',
    ]);
  });
});
