import type { Exchange } from '../../../../../emulator/exchange.js';
import type { Happening } from '../../../../../emulator/happening.js';
import { nothingTwice } from '../../../../../simulate/checks/limits/nothing-twice.js';
import type { Script } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  fleetMachine,
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
  stateChange,
} from '../../../../support/simulate/made-history.js';

const of = (exchanges: readonly Exchange[], happenings: readonly Happening[], script: Partial<Script> = {}) =>
  foundBy(
    nothingTwice,
    madeScript([{ id: 'a', name: 'web-a' }], script),
    madeHistory({ fleet: [fleetMachine('a')], runs: [madeRun()], exchanges, happenings }),
  );

const post = (kind: string, ms: number, rest: Partial<Exchange> = {}) =>
  madePost(`/v1/apps/my-app/machines/a/${kind}`, { at: START + ms, ...rest });
const change = (from: string, to: string, ms: number, by = 'job/0') =>
  stateChange('a', from, to, { at: START + ms, cause: { kind: 'request', by } });

const ran = (ms: number): Happening => ({
  kind: 'exec',
  app: 'my-app',
  machine: 'a',
  at: START + ms,
  cause: { kind: 'request', by: 'job/0' },
  command: ['echo'],
});

it('a command runs once', () => {
  expect(of([post('exec', 1)], [ran(1)])).toEqual({ found: [], seen: 1 });
  expect(of([post('exec', 1), post('exec', 9)], [ran(1), ran(9)]).found).toEqual(['ran the command 2 times']);
});

describe('when a restart is sent again', () => {
  const twice = [post('restart', 1_000), post('restart', 5_000)];
  const [first, again] = [change('started', 'restarting', 1_000), change('started', 'restarting', 5_000)];

  it('is well where the first did nothing', () => {
    expect(of(twice, [again])).toEqual({ found: [], seen: 1 });
  });

  it('is found where both did something', () => {
    expect(of(twice, [first, again]).found).toEqual([
      'did restart, then restart, and nobody else did anything in between',
    ]);
  });

  it('is well where somebody else changed the machine in between', () => {
    expect(of(twice, [first, change('started', 'stopping', 3_000, 'job/7'), again]).found).toEqual([]);
  });

  it('is not judged where reads may be old, or a refusal was not true', () => {
    expect(of(twice, [first, again], { settings: { staleMs: 1 } }).found).toEqual([]);
    const refused = { reply: { status: 412, headers: {}, body: '' } };
    expect(of([post('restart', 1_000, refused), post('restart', 5_000)], [first, again]).found).toEqual([]);
  });
});

it('a suspend that was done is not followed by a stop', () => {
  const happenings = [change('started', 'suspending', 1_000), change('suspended', 'stopped', 5_000)];
  expect(of([post('suspend', 1_000), post('stop', 5_000)], happenings).found).toHaveLength(1);
});
