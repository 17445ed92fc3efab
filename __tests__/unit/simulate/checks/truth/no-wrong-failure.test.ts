import type { Happening } from '../../../../../emulator/happening.js';
import { noWrongFailure } from '../../../../../simulate/checks/truth/no-wrong-failure.js';
import type { Told } from '../../../../../simulate/checks/view/told.js';
import type { FleetMachine, History, ProcessRun } from '../../../../../simulate/history/history.js';
import type { ActionStep, Script, ScriptMachine } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  fleetMachine,
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
} from '../../../../support/simulate/made-history.js';
import { madeJob } from '../../../../support/simulate/made-job.js';
import { outputsOf, toldMachine } from '../../../../support/simulate/made-outputs.js';

interface Given {
  readonly command?: ActionStep['command'];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly told: Told;
  readonly state?: string;
  readonly born?: Partial<FleetMachine>;
  readonly machine?: Partial<ScriptMachine>;
  readonly script?: Partial<Script>;
  readonly run?: Partial<ProcessRun>;
  readonly exchanges?: History['exchanges'];
  readonly happenings?: readonly Happening[];
  readonly faults?: NonNullable<History['faults']>;
}

const of = ({
  command = 'stop',
  inputs = {},
  told,
  state = 'started',
  born,
  machine,
  script,
  run,
  ...rest
}: Given) =>
  foundBy(
    noWrongFailure,
    madeScript([{ id: 'a', name: 'web-a', ...machine }], { jobs: [madeJob([])], ...script }),
    madeHistory({
      fleet: [fleetMachine('a', { state, ...born })],
      runs: [
        madeRun(
          { command, inputs: { app: 'my-app', machines: 'all', ...inputs } },
          { outputs: outputsOf([told]), ...run },
        ),
      ],
      ...rest,
    }),
  ).found;

const outcome = (it: string) => toldMachine('a', it);

describe('when nothing stands in the way', () => {
  it.each<[ActionStep['command'], string, string, Readonly<Record<string, string>>]>([
    ['start', 'stopped', 'changed', {}],
    ['start', 'started', 'unchanged', {}],
    ['start', 'stopped', 'requested', { wait: 'false' }],
    ['start', 'stopped', 'skipped', { 'dry-run': 'true' }],
    ['stop', 'started', 'changed', {}],
    ['stop', 'stopped', 'unchanged', {}],
    ['suspend', 'started', 'changed', {}],
    ['suspend', 'stopped', 'skipped', {}],
    ['suspend', 'stopped', 'unchanged', { fallback: 'stop' }],
    ['restart', 'started', 'changed', {}],
    ['cordon', 'started', 'changed', {}],
    ['uncordon', 'started', 'unchanged', {}],
    ['list', 'stopped', 'unchanged', {}],
    ['wait', 'stopped', 'unchanged', {}],
  ])('%s of a %s machine is %s: %j', (command, state, expected, inputs) => {
    const given = { command, state, inputs };
    expect(of({ ...given, told: outcome(expected) })).toEqual([]);
    expect(of({ ...given, told: outcome('failed') })).toEqual([
      `is failed, and should be ${expected}: wrong state: no`,
    ]);
  });

  it('knows what Fly does not suspend', () => {
    const machine = { config: { guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 4_096 } } };
    expect(of({ command: 'suspend', machine, told: outcome('failed') })).toEqual([]);
    expect(of({ command: 'suspend', machine, told: outcome('changed') })).toHaveLength(1);
    expect(
      of({ command: 'suspend', machine, inputs: { fallback: 'stop' }, told: outcome('changed') }),
    ).toEqual([]);
  });

  it('knows how a program ends', () => {
    const machine = { program: { exitCode: 3, stdout: '', takesMs: 5 } };
    expect(of({ command: 'exec', machine, told: outcome('failed') })).toEqual([]);
    expect(of({ command: 'exec', machine, told: outcome('changed') })).toHaveLength(1);
  });

  it('knows which machine has no container of a name, which a dry run finds, too', () => {
    const given = { command: 'exec', inputs: { container: 'web', 'dry-run': 'true' } } as const;
    const machine = { config: { containers: [{ name: 'web' }] } };
    const program = { exitCode: 0, stdout: '', takesMs: 5 };
    expect(of({ ...given, told: outcome('failed') })).toEqual([]);
    expect(of({ ...given, told: outcome('skipped') })).toHaveLength(1);
    expect(of({ ...given, machine: { ...machine, program }, told: outcome('skipped') })).toEqual([]);
  });

  it('knows that a failure halts others', () => {
    const reason = 'not begun: machine b failed';
    expect(of({ command: 'restart', told: toldMachine('a', 'skipped', { reason }) })).toEqual([]);
    expect(of({ command: 'start', told: toldMachine('a', 'skipped', { reason }) })).toHaveLength(1);
  });

  it('finds trouble that there is not', () => {
    const printed = [{ at: START, level: 'error', text: 'network: reset' } as const];
    expect(of({ told: outcome('changed'), run: { printed } })).toEqual([
      'fails without any reason: network: reset',
    ]);
  });

  it('finds a refusal that was not Fly’s', () => {
    const text = 'forbidden: The token may not stop machines';
    const answer = { status: 403, headers: {}, body: '{}' };
    const given = {
      told: outcome('changed'),
      run: { printed: [{ at: START, level: 'error', text } as const] },
    };
    expect(of(given)).toEqual([`fails without any reason: ${text}`]);
    expect(
      of({ ...given, exchanges: [madePost('/v1/apps/my-app/machines', { answer, reply: answer })] }),
    ).toEqual([]);
  });
});

describe('when something may stand in the way', () => {
  const told = outcome('failed');
  const PATH = '/v1/apps/my-app/machines/a/stop';
  const by = { kind: 'person', by: 'somebody' } as const;
  const lease = { kind: 'lease', app: 'my-app', machine: 'a', cause: by, does: 'taken', nonce: 'n' } as const;

  const refusedFor = (seconds: string) => {
    const answer = { status: 429, headers: { 'retry-after': seconds }, body: '{}' };
    return madePost(PATH, { answer, reply: answer });
  };

  it.each<[string, Partial<Given>]>([
    [
      'a fault',
      {
        exchanges: [
          madePost(PATH, { reply: { fault: 'reset', answer: { status: 200, headers: {}, body: '' } } }),
        ],
      },
    ],
    ['a wait for a minute', { exchanges: [refusedFor('60')] }],
    ['a connection that was never made', { faults: [{ at: START, by: 'job/0', fault: 'no such host' }] }],
    ['somebody else', { happenings: [{ ...lease, at: START + 1, until: START + 9 }] }],
    ['a lease from before', { happenings: [{ ...lease, at: START - 9, until: START + 9_000 }] }],
    ['the machine itself', { machine: { behaviour: { stopMs: 9 } } }],
    ['an odd state', { state: 'replacing' }],
    ['a token that allows less', { script: { tokens: { deploy: { actions: 'r' } }, jobs: [madeJob([])] } }],
    ['a wrong clock', { script: { jobs: [madeJob([], { clock: { offsetMs: 9, jumps: [] } })] } }],
    ['a cancel', { run: { cancelledAt: START + 1 } }],
    ['little time', { inputs: { timeout: '2s' } }],
    ['a third party', { script: { settings: { aaa: { behaviour: 'down' } }, jobs: [madeJob([])] } }],
    ['lists that hide', { script: { settings: { listShows: 'nothing' }, jobs: [madeJob([])] } }],
    ['a filter', { inputs: { region: 'iad' } }],
    ['a limit', { inputs: { limit: '1' } }],
  ])('nothing is said: %s', (_, given) => {
    expect(of({ told, ...given })).toEqual([]);
  });

  it('a wait of a second is nothing in the way', () => {
    expect(of({ told, exchanges: [refusedFor('1')] })).toHaveLength(1);
  });
});

describe('when a lease is in the way', () => {
  const told = toldMachine('a', 'failed', { error: 'lease held: by deploy' });
  const given = { told, state: 'replacing' };

  it.each<[string, Readonly<Record<string, string>>, number, number]>([
    ['was to be skipped', { 'on-lease': 'skip' }, 10_000, 1],
    ['was to be a failure', { 'on-lease': 'fail' }, 10_000, 0],
    ['was not waited for', {}, 10_000, 1],
    ['was waited for', {}, 299_000, 0],
    ['was waited for as long as told', { timeout: '20s' }, 19_000, 0],
  ])('%s', (_, inputs, lasted, count) => {
    expect(of({ ...given, inputs, run: { endedAt: START + lasted } })).toHaveLength(count);
  });

  it('was to be skipped, and a restart whose answer was lost may have taken the machine down', () => {
    const path = '/v1/apps/my-app/machines/a/restart';
    const lost = madePost(path, {
      reply: { fault: 'reset', answer: { status: 200, headers: {}, body: '' } },
    });
    const skipping = { ...given, command: 'restart', inputs: { 'on-lease': 'skip' } } as const;
    expect(of({ ...skipping, exchanges: [madePost(path)] })).toHaveLength(1);
    expect(of({ ...skipping, exchanges: [lost] })).toEqual([]);
  });
});
