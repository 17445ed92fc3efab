import type { Exchange } from '../../../../../emulator/exchange.js';
import type { Happening } from '../../../../../emulator/happening.js';
import { nobodyLeftOut } from '../../../../../simulate/checks/truth/nobody-left-out.js';
import type { FleetMachine, MetByRequest, ProcessRun } from '../../../../../simulate/history/history.js';
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
import { outputsOf, toldMachine } from '../../../../support/simulate/made-outputs.js';

const list = (rest: Partial<Exchange> = {}): Exchange => {
  const made = madePost('/v1/apps/my-app/machines', rest);
  return { ...made, request: { ...made.request, method: 'GET' } };
};

interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly told?: ProcessRun['outputs'];
  readonly born?: Partial<FleetMachine>;
  readonly exchanges?: readonly Exchange[];
  readonly happenings?: readonly Happening[];
  readonly run?: Partial<ProcessRun>;
  readonly script?: Partial<Script>;
  readonly faults?: readonly MetByRequest[];
}

const of = ({
  inputs = {},
  told = outputsOf([]),
  born,
  exchanges = [list()],
  happenings = [],
  run,
  script,
  faults = [],
}: Given) =>
  foundBy(
    nobodyLeftOut,
    madeScript([{ id: 'a', name: 'web-a' }], script),
    madeHistory({
      fleet: [fleetMachine('a', born)],
      runs: [madeRun({ inputs }, { outputs: told, ...run })],
      exchanges,
      happenings,
      faults,
    }),
  ).found;

const LEFT_OUT = ['is green and tells nothing of it'];

describe('when a green step tells nothing of a machine', () => {
  it('is found where filters choose it beyond doubt', () => {
    expect(of({})).toEqual(LEFT_OUT);
    expect(of({ inputs: { region: 'fra', 'process-group': 'app', state: 'started' } })).toEqual(LEFT_OUT);
    expect(of({ told: outputsOf([toldMachine('a', 'skipped')]) })).toEqual([]);
    expect(of({ born: { state: 'created', since: START - 1 } })).toEqual(LEFT_OUT);
  });

  it.each<[string, Given]>([
    ['a filter does not fit', { inputs: { region: 'iad' } }],
    [
      'its state changes',
      { inputs: { state: 'started' }, happenings: [stateChange('a', 'started', 'stopping')] },
    ],
    ['it is gone', { born: { state: 'destroyed' } }],
    ['the step is red', { run: { succeeded: false } }],
    ['no list is there to go by', { exchanges: [] }],
    [
      'it has just been created, and servers lag behind',
      { born: { state: 'created', since: START - 1 }, script: { settings: { staleMs: 5_000 } } },
    ],
    ['lists show a part', { script: { settings: { listShows: 'one-region' } } }],
    [
      'a fault has spoiled the list',
      { exchanges: [list({ reply: { status: 200, headers: {}, body: '[]' } })] },
    ],
  ])('may be so where %s', (_, given) => {
    expect(of(given)).toEqual([]);
  });
});

describe('when lists may be empty', () => {
  const script = { settings: { listShows: 'nothing' as const } };

  it('is found, unless trouble hid the number of machines', () => {
    expect(of({ script })).toEqual(LEFT_OUT);
    const exchanges = [list(), list({ answer: undefined, reply: { status: 502, headers: {}, body: '' } })];
    expect(of({ script, exchanges })).toEqual([]);
    expect(of({ script, faults: [{ at: START, by: 'job/0', fault: 'no such host' }] })).toEqual([]);
    expect(of({ script, faults: [{ at: START, by: 'other/0', fault: 'no such host' }] })).toEqual(LEFT_OUT);
  });
});

describe('when an app can’t be listed', () => {
  const refused = list({ at: START + 10, answer: undefined, reply: { status: 500, headers: {}, body: '' } });

  it('is no green step, unless it was to warn', () => {
    expect(of({ exchanges: [refused] })).toEqual(['is green although it could not list my-app']);
    expect(of({ exchanges: [refused], inputs: { 'on-failure': 'warn' } })).toEqual([]);
    expect(of({ exchanges: [refused, list()], told: outputsOf([toldMachine('a', 'changed')]) })).toEqual([]);
  });

  it('does not hide the others, be the step red', () => {
    const other = { ...refused, request: { ...refused.request, path: '/v1/apps/other/machines' } };
    const run = { succeeded: false };
    const told = (...machines: Parameters<typeof outputsOf>[0]) =>
      outputsOf(machines, { apps: '["my-app","other"]' });
    const given = { exchanges: [list(), other], run };
    expect(of({ ...given, told: told() })).toEqual(['is red for another app and tells nothing of it']);
    expect(of({ ...given, told: told(toldMachine('a', 'changed')) })).toEqual([]);
    expect(of({ ...given, told: told(), run: { ...run, cancelledAt: START + 1 } })).toEqual([]);
    expect(of({ ...given, told: told(), inputs: { restore: 'true' } })).toEqual([]);
    expect(of({ ...given, told: told(), inputs: { timeout: '2s' } })).toEqual([]);
  });
});
