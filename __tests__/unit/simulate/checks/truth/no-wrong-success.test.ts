import type { Happening } from '../../../../../emulator/happening.js';
import { noWrongSuccess } from '../../../../../simulate/checks/truth/no-wrong-success.js';
import type { Told } from '../../../../../simulate/checks/view/told.js';
import type { FleetMachine, History } from '../../../../../simulate/history/history.js';
import type { ActionStep, Script, ScriptMachine } from '../../../../../simulate/script/script.js';
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

interface Given {
  readonly command: ActionStep['command'];
  readonly told: Told;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly born?: Partial<FleetMachine>;
  readonly machine?: Partial<ScriptMachine>;
  readonly happenings?: readonly Happening[];
  readonly exchanges?: History['exchanges'];
  readonly script?: Partial<Script>;
}

const MACHINE = '/v1/apps/my-app/machines/a';
const LOST = { fault: 'reset', answer: { status: 200, headers: {}, body: '' } } as const;

const of = ({ command, told, inputs = {}, born, machine, happenings = [], exchanges = [], script }: Given) =>
  foundBy(
    noWrongSuccess,
    madeScript([{ id: 'a', name: 'web-a', ...machine }], script),
    madeHistory({
      fleet: [fleetMachine('a', born)],
      runs: [madeRun({ command, inputs }, { outputs: outputsOf([told]) })],
      happenings,
      exchanges,
    }),
  ).found;

const stopping = stateChange('a', 'started', 'stopping');
const stopped = stateChange('a', 'stopping', 'stopped', { at: START + 1_400 });
const byOther = { kind: 'person', by: 'somebody' } as const;

describe('when a stop is told', () => {
  const told = toldMachine('a', 'changed');
  const exchanges = [madePost(`${MACHINE}/stop`)];

  it('is true where the world has it, and took it on', () => {
    expect(of({ command: 'stop', told, happenings: [stopping, stopped], exchanges })).toEqual([]);
  });

  it('is found where the machine never stopped', () => {
    expect(of({ command: 'stop', told, happenings: [stopping], exchanges })).toEqual([
      'says it is stopped, which it was not while the step ran',
      'says changed, but it never was stopped',
    ]);
  });

  it('is found where no request was taken on', () => {
    const [first] = [stopping, stopped].map((it) => ({ ...it, cause: byOther }));
    const others = [first, { ...stopped, cause: byOther }].flatMap((it) => it ?? []);
    expect(of({ command: 'stop', told, happenings: others })).toEqual([
      'says changed, but no request of it was taken on',
    ]);
    const lost = [madePost(`${MACHINE}/stop`, { answer: undefined, reply: LOST })];
    expect(of({ command: 'stop', told, happenings: others, exchanges: lost })).toEqual([]);
    const answer = { status: 408, headers: {}, body: '' };
    const unreached = [madePost(`${MACHINE}/stop`, { answer, reply: answer })];
    expect(of({ command: 'stop', told, happenings: others, exchanges: unreached })).toEqual([]);
    const before = [stateChange('a', 'started', 'stopped', { at: START - 500, cause: byOther })];
    const late = { command: 'stop', told, happenings: before, exchanges: lost } as const;
    expect(of(late)).toContain('says changed, but no request of it was taken on');
    expect(of({ ...late, script: { settings: { staleMs: 1_000 } } })).toEqual([]);
  });

  it('is true of what was stopped before, as long as reads may be old', () => {
    const started = stateChange('a', 'stopped', 'starting', { at: START - 500, cause: byOther });
    const given = {
      command: 'stop',
      told: toldMachine('a', 'unchanged'),
      born: { state: 'stopped' },
      happenings: [started],
    } as const;
    expect(of(given)).toHaveLength(2);
    expect(of({ ...given, script: { settings: { staleMs: 1_000 } } })).toEqual([]);
  });

  it('is true of a machine that never started, in those words', () => {
    const rest = { state: 'created', reason: 'created, never started' };
    const given = { command: 'stop', born: { state: 'created' } } as const;
    expect(of({ ...given, told: toldMachine('a', 'unchanged', rest) })).toEqual([]);
    expect(of({ ...given, told: toldMachine('a', 'unchanged', { state: 'created' }) })).toHaveLength(1);
  });
});

describe('when other goals are told', () => {
  const told = (outcome: string, state: string) => toldMachine('a', outcome, { state });

  it.each<[string, Given, number]>([
    ['a started one', { command: 'start', told: told('unchanged', 'started') }, 0],
    [
      'one on its way',
      { command: 'start', told: told('unchanged', 'starting'), born: { state: 'starting' } },
      1,
    ],
    [
      'one on its way, for a step that waits for nothing',
      {
        command: 'start',
        inputs: { wait: 'false' },
        told: told('unchanged', 'starting'),
        born: { state: 'starting' },
      },
      0,
    ],
    [
      'a stopped one as suspended',
      { command: 'suspend', told: told('unchanged', 'stopped'), born: { state: 'stopped' } },
      1,
    ],
    [
      'the same with a fallback',
      {
        command: 'suspend',
        inputs: { fallback: 'stop' },
        told: told('unchanged', 'stopped'),
        born: { state: 'stopped' },
      },
      0,
    ],
    ['one in rotation as cordoned', { command: 'cordon', told: told('unchanged', 'started') }, 1],
    ['one in rotation as uncordoned', { command: 'uncordon', told: told('unchanged', 'started') }, 0],
    ['settled', { command: 'wait', told: told('unchanged', 'started') }, 0],
    [
      'stopped, waited for',
      { command: 'wait', inputs: { state: 'stopped' }, told: told('unchanged', 'started') },
      1,
    ],
    ['a listed state', { command: 'list', told: told('unchanged', 'stopped') }, 1],
    ['what failed', { command: 'stop', told: told('failed', 'started') }, 0],
    ['what is not there', { command: 'stop', told: toldMachine('b', 'skipped') }, 1],
  ])('%s', (_, given, count) => {
    expect(of(given)).toHaveLength(count);
  });
});

describe('when a restart is told', () => {
  const given = {
    command: 'restart',
    told: toldMachine('a', 'changed', { state: 'started' }),
    exchanges: [madePost(`${MACHINE}/restart`)],
  } as const;

  it('wants a new start', () => {
    expect(of(given)).toEqual(['says changed, but it never was started anew']);
    expect(
      of({ ...given, happenings: [stateChange('a', 'starting', 'started', { at: START + 3_000 })] }),
    ).toEqual([]);
  });

  it('is done, too, by a machine that runs once and ended well', () => {
    const end = stateChange('a', 'starting', 'stopped', {
      at: START + 2_000,
      exit: { code: 0, oom: false, requested: false },
    });
    const once = { config: { restart: { policy: 'no' } } };
    const told = toldMachine('a', 'changed', { state: 'stopped' });
    expect(of({ ...given, told, happenings: [end], machine: once })).toEqual([]);
    expect(of({ ...given, told, happenings: [end] })).toHaveLength(1);
  });
});

describe('when a command is told to have run', () => {
  const told = toldMachine('a', 'changed', { state: 'started' });
  const ran: Happening = {
    kind: 'exec',
    app: 'my-app',
    machine: 'a',
    at: START + 1_000,
    cause: { kind: 'request', by: 'job/0' },
    command: ['echo'],
  };

  it('is true where it ran and ended well', () => {
    expect(of({ command: 'exec', told, happenings: [ran] })).toEqual([]);
  });

  it('is found where it did not, or ended otherwise', () => {
    expect(of({ command: 'exec', told })).toEqual(['says the command ran, which it did not']);
    const program = { exitCode: 1, stdout: '', takesMs: 1 };
    expect(of({ command: 'exec', told, happenings: [ran], machine: { program } })).toHaveLength(1);
  });
});

it('a machine that the world hides may be called gone', () => {
  const told = toldMachine('a', 'unchanged', { state: 'destroyed' });
  expect(of({ command: 'stop', told })).toHaveLength(2);
  expect(of({ command: 'stop', told, machine: { behaviour: { unseenTimes: 9 } } })).toEqual([]);
});

it('a machine that is being destroyed may be called gone where faults have said so twice', () => {
  const told = toldMachine('a', 'unchanged', { state: 'destroyed' });
  const denial = madePost(MACHINE, { reply: { status: 404, headers: {}, body: '' } });
  const going = { command: 'stop', told, born: { state: 'destroying' } } as const;
  expect(of({ ...going, exchanges: [denial] })).toHaveLength(1);
  expect(of({ ...going, exchanges: [denial, denial] })).toEqual([]);
  expect(of({ command: 'stop', told, exchanges: [denial, denial] })).toHaveLength(2);
});
