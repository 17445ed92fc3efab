import type { Exchange } from '../../../../../emulator/exchange.js';
import type { Happening } from '../../../../../emulator/happening.js';
import { onlySelected } from '../../../../../simulate/checks/limits/only-selected.js';
import type { FleetMachine, ProcessRun } from '../../../../../simulate/history/history.js';
import type { ActionStep, ScriptMachine } from '../../../../../simulate/script/script.js';
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
import { madeJob } from '../../../../support/simulate/made-job.js';

const LIST = '/v1/apps/my-app/machines';
const post = (kind: string, rest: Partial<Exchange> = {}, id = 'a') =>
  madePost(`${LIST}/${id}/${kind}`, rest);
const get = (path: string, at: number): Exchange => {
  const made = madePost(path, { at: START + at });
  return { ...made, request: { ...made.request, method: 'GET' } };
};

/** Has a list answer with the machine that is changed. */
const showing = (list: Exchange): Exchange => {
  const answer = { status: 200, headers: {}, body: '[{"id":"a","state":"started"}]' };
  return { ...list, answer, reply: answer };
};

interface Given {
  readonly command?: ActionStep['command'];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly born?: Partial<FleetMachine>;
  readonly machine?: Partial<ScriptMachine>;
  readonly exchanges?: readonly Exchange[];
  readonly happenings?: readonly Happening[];
  readonly runs?: readonly ProcessRun[];
}

const of = ({ command = 'stop', inputs = {}, born, machine, happenings = [], runs, ...rest }: Given) =>
  foundBy(
    onlySelected,
    madeScript(
      [
        { id: 'a', name: 'web-a', ...machine },
        { id: 'b', name: 'web-b' },
      ],
      { jobs: [madeJob([])] },
    ),
    madeHistory({
      fleet: [fleetMachine('a', born), fleetMachine('b')],
      runs: runs ?? [madeRun({ command, inputs: { app: 'my-app', machines: 'all', ...inputs } })],
      exchanges: rest.exchanges ?? [post(command)],
      happenings,
    }),
  ).found;

const suspended = (at: number) =>
  stateChange('a', 'started', 'suspended', { at: START + at, cause: { kind: 'person', by: 'somebody' } });

describe('when a machine is changed that filters choose', () => {
  it.each<[string, Given]>([
    ['by id', { inputs: { machines: 'a, c' } }],
    ['by name', { inputs: { machines: '["web-a"]' } }],
    ['by region', { inputs: { region: 'fra\niad' } }],
    ['by group', { inputs: { 'process-group': 'app' } }],
    ['by state', { inputs: { state: 'started' } }],
    ['by metadata', { inputs: { metadata: 'team=red' }, born: { metadata: { team: 'red' } } }],
    ['beside exclusions', { inputs: { exclude: 'b, team=blue' } }],
    ['that is special, by its id', { inputs: { machines: 'a' }, machine: { config: { standbys: ['b'] } } }],
    ['of an app that fits a pattern', { inputs: { org: 'my-org', app: 'my-*, !other' } }],
  ])('%s, nothing is found', (_, given) => {
    expect(of(given)).toEqual([]);
  });
});

describe('when a machine is changed that is not chosen', () => {
  it.each<[string, Given]>([
    ['another id', { inputs: { machines: 'b' } }],
    ['another region', { inputs: { region: 'iad' } }],
    ['another group', { inputs: { 'process-group': 'worker' } }],
    ['another state', { inputs: { state: 'stopped' } }],
    ['one of two pairs', { inputs: { metadata: 'team=red\nrole=web' }, born: { metadata: { team: 'red' } } }],
    ['excluded by name', { inputs: { exclude: 'web-a' } }],
    ['excluded by metadata', { inputs: { exclude: 'keep=true' }, born: { metadata: { keep: 'true' } } }],
    ['another shard', { inputs: { shard: '1/2' } }],
    ['another app', { inputs: { app: 'other' } }],
    ['an app that is left out', { inputs: { org: 'my-org', app: 'my-*, !my-app' } }],
    ['a standby', { machine: { config: { standbys: ['b'] } } }],
    ['a console', { born: { metadata: { fly_process_group: 'fly_app_console' } } }],
    ['one that a stop destroys', { machine: { config: { auto_destroy: true } } }],
    [
      'Postgres of a pattern',
      { inputs: { org: 'my-org', app: 'my-*' }, machine: { config: { image: 'flyio/postgres-flex:15' } } },
    ],
    ['one that was stopped on purpose', { command: 'restart', born: { state: 'stopped' } }],
    ['one that is not there', { exchanges: [post('stop', {}, 'z')] }],
  ])('it is found: %s', (_, given) => {
    expect(of(given)).toHaveLength(1);
  });
});

describe('when a session names apps of an organization', () => {
  const auth = (org: string) =>
    madeRun(
      { command: 'auth', inputs: { app: 'my-app', org } },
      { id: 'job/-1', startedAt: START - 2_000, endedAt: START - 1_000 },
    );
  const stop = madeRun({ inputs: { machines: 'all', org: 'other-org' } });

  it('means these, be they of it or not, as long as the step names the same one', () => {
    expect(of({ runs: [auth('other-org'), stop] })).toEqual([]);
    expect(of({ runs: [auth('my-org'), stop] })).toHaveLength(1);
  });
});

describe('when a step only reads', () => {
  it.each<Given>([{ command: 'list' }, { command: 'wait' }, { inputs: { 'dry-run': 'true' } }])(
    'a change is found: %j',
    (given) => {
      expect(of({ ...given, exchanges: [post('metadata/x')] })).toHaveLength(1);
    },
  );
});

describe('when a machine has become another one', () => {
  it('is found where the step had seen that', () => {
    const given = { inputs: { state: 'started' }, happenings: [suspended(500)] };
    expect(of({ ...given, exchanges: [get(LIST, 100), post('stop')] })).toEqual([]);
    const seen = { ...given, exchanges: [get(LIST, 100), get(`${LIST}/a`, 700), post('stop')] };
    const found = ['sends stop to a machine that was suspended when it was looked at again'];
    expect(of(seen)).toEqual(found);
    const cause = { kind: 'request', by: 'job/0' } as const;
    const [at, until] = [START + 600, START + 60_000];
    const lease: Happening = {
      kind: 'lease',
      app: 'my-app',
      machine: 'a',
      at,
      cause,
      does: 'taken',
      nonce: 'n',
      until,
    };
    expect(of({ ...seen, happenings: [...seen.happenings, lease] })).toEqual(found);
  });

  it('is not stopped where its memory would be lost', () => {
    const exchanges = [showing(get(LIST, 100)), get(`${LIST}/a`, 700), post('stop')];
    expect(of({ happenings: [suspended(500)], exchanges })).toHaveLength(1);
    const done = stateChange('a', 'suspended', 'stopped');
    expect(of({ happenings: [suspended(500), done], exchanges })).toHaveLength(1);
    expect(of({ happenings: [suspended(50)], exchanges })).toEqual([]);
  });

  it('may be stopped where an earlier list did not have it yet', () => {
    const exchanges = [get(LIST, 100), showing(get(LIST, 700)), post('stop')];
    expect(of({ happenings: [suspended(500)], exchanges })).toEqual([]);
  });
});

describe('when a suspend falls back to a stop', () => {
  const refusal = { status: 412, headers: {}, body: '' };
  const inputs = { fallback: 'stop' };
  const stop = post('stop', { at: START + 2_000 });

  it('was refused before', () => {
    const refused = post('suspend', { answer: refusal, reply: refusal });
    expect(of({ command: 'suspend', inputs, exchanges: [refused, stop] })).toEqual([]);
  });

  it('is found where it only met trouble', () => {
    const trouble = post('suspend', { answer: undefined, reply: { ...refusal, status: 500 } });
    expect(of({ command: 'suspend', inputs, exchanges: [trouble, stop] })).toHaveLength(1);
    const held = { status: 409, headers: {}, body: 'machine ID a lease currently held by deploy' };
    const leased = post('suspend', { answer: held, reply: held });
    expect(of({ command: 'suspend', inputs, exchanges: [leased, stop] })).toHaveLength(1);
  });
});

it('no more machines are changed than the limit says', () => {
  const exchanges = [post('stop'), post('stop', {}, 'b')];
  const happenings = ['a', 'b'].map((it) => stateChange(it, 'started', 'stopping'));
  expect(of({ inputs: { limit: '2' }, exchanges, happenings })).toEqual([]);
  expect(of({ inputs: { limit: '1' }, exchanges, happenings })).toEqual([
    'changed 2 machines, and its limit is 1',
  ]);
});

describe('when a post sends changes', () => {
  const restored = (restore: string) => [
    madeRun({ command: 'stop', inputs: { app: 'my-app', machines: 'all', restore } }),
    madeRun({ command: 'stop' }, { id: 'job/0/post', part: 'post', startedAt: START + 20_000 }),
  ];
  const back = madePost(`${LIST}/a/start`, { at: START + 21_000 }, 'job/0/post');

  it('they are about what a step with `restore` changed', () => {
    expect(of({ runs: restored('true'), exchanges: [post('stop'), back] })).toEqual([]);
    expect(of({ runs: restored('false'), exchanges: [post('stop'), back] })).toHaveLength(1);
    expect(of({ runs: restored('true'), exchanges: [post('stop', {}, 'b'), back] })).toHaveLength(1);
  });
});
