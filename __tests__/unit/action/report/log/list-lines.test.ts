import { byPlace } from '../../../../../src/action/report/by-place.js';
import { listLines } from '../../../../../src/action/report/log/list-lines.js';
import { appMachine } from '../../../../support/machines.js';
import { machineResult } from '../../../../support/results.js';

const unchanged = (id: string, machine: Parameters<typeof appMachine>[1] = {}) =>
  machineResult(id, 'unchanged', { machine });

describe('when machines are listed in the log', () => {
  it('says first how many there are in which state, the most frequent first', () => {
    const results = [
      unchanged('a'),
      unchanged('b', { state: 'suspended' }),
      unchanged('c', { state: 'suspended' }),
      machineResult('d', 'skipped', { reason: 'excluded by d' }),
    ];
    expect(listLines(results)[0]).toBe('2 suspended · 1 started');
    expect(listLines([])).toEqual([]);
  });

  it('has columns that line up, by group, region and name, with a sign of each state', () => {
    const results = [
      unchanged('a1', { name: 'worker-10', processGroup: 'worker', state: 'stopped' }),
      unchanged('b22', { name: 'worker-9', processGroup: 'worker', state: 'suspended', cordoned: true }),
      unchanged('c3', { name: 'web-1', state: 'failed', region: 'iad' }),
      unchanged('d4', { name: '', processGroup: undefined, state: 'hibernating' }),
      unchanged('e5', { name: 'web-2' }),
    ];
    expect(listLines(results).slice(1)).toEqual([
      'd4              fra          *  hibernating',
      'e5   web-2      fra  app     +  started',
      'c3   web-1      iad  app     !  failed',
      'b22  worker-9   fra  worker  ~  suspended, cordoned',
      'a1   worker-10  fra  worker  -  stopped',
    ]);
  });

  it('has no gaps for what none of them has', () => {
    const machine = { name: '', processGroup: undefined };
    expect(listLines([unchanged('a', machine)])).toEqual(['1 started', 'a  fra  +  started']);
  });

  it('names the app where there are several, and goes by app first', () => {
    const results = [unchanged('a', { app: 'shop-web' }), unchanged('b', { app: 'shop' })];
    expect(listLines(results, { withApp: true }).slice(1)).toEqual([
      'shop      b  name-b  fra  app  +  started',
      'shop-web  a  name-a  fra  app  +  started',
    ]);
  });

  it('shows its marks and holds behind the reason, ten at most', () => {
    const machine = { metadata: { 'keep-alive': 'yes', 'marked-a': '2026-11-30T19:00:12Z stopped o/r/1' } };
    expect(listLines([machineResult('a', 'skipped', { machine, reason: 'excluded by a' })])).toEqual([
      'a  name-a  fra  app  +  started  excluded by a  a: stopped 2026-11-30T19:00:12Z by o/r/1  keep-alive',
    ]);
    const metadata = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`marked-${index}`, 'x']));
    expect(listLines([unchanged('a', { metadata })])[1]).toMatch(
      / {2}9: stopped, by another form: x {2}…and 290 marks more$/,
    );
  });

  it('is of bearable length, whatever a machine is called, and keeps the others in sight', () => {
    const name = `\r::error::${'n'.repeat(10_000)}`;
    const lines = listLines([unchanged('a', { name, region: name, state: name }), unchanged('b')]);
    for (const line of lines) expect(line.length).toBeLessThan(400);
    expect(lines.at(-1)?.length).toBeLessThan(200);
    expect(lines.join('')).not.toMatch(/[\r\n]/);
  });
});

test('machines are in the order of their places for people', () => {
  const places = ['b/app/fra/x', 'a/web/fra/x', 'a/app/iad/x', 'a/app/fra/x10', 'a/app/fra/x9'];
  const machines = places.map((place) => {
    const [app = '', processGroup = '', region = '', name = ''] = place.split('/');
    return appMachine('m', { app, processGroup, region, name });
  });
  const sorted = machines.sort(byPlace);
  expect(
    sorted.map(({ app, processGroup, region, name }) => [app, processGroup, region, name].join('/')),
  ).toEqual([...places].reverse());
});
