import { oneOutcome } from '../../../../../simulate/checks/truth/one-outcome.js';
import type { History, ProcessRun } from '../../../../../simulate/history/history.js';
import type { ActionStep } from '../../../../../simulate/script/script.js';
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
import { outputsOf, toldMachine } from '../../../../support/simulate/made-outputs.js';

const of = (run: Partial<ProcessRun>, step: Partial<ActionStep> = {}, rest: Partial<History> = {}) =>
  foundBy(
    oneOutcome,
    madeScript([{ id: 'a', name: 'web-a' }], { jobs: [madeJob([])] }),
    madeHistory({ fleet: [fleetMachine('a')], runs: [madeRun(step, run)], ...rest }),
  ).found;

const [changed, failed, skipped] = ['changed', 'failed', 'skipped'].map((it) => toldMachine('a', it));
const told = (...list: readonly (typeof changed)[]) => outputsOf(list.flatMap((it) => it ?? []));

describe('when outputs are whole', () => {
  it('nothing is found', () => {
    expect(of({ outputs: told(changed, toldMachine('b', 'skipped')) })).toEqual([]);
  });

  it.each([
    ['machines that are no JSON', { machines: '[' }],
    ['no machines at all', { machines: '' }],
    ['a count that is wrong', { count: '2' }],
    ['ids that are wrong', { 'changed-ids': '["b"]' }],
  ])('%s are found', (_, wrong) => {
    expect(of({ outputs: { ...told(changed), ...wrong } })).toHaveLength(1);
  });

  it.each([
    ['a machine twice', [changed, toldMachine('a', 'skipped')]],
    ['an outcome that there is not', [toldMachine('a', 'done')]],
    ['an error of what went well', [toldMachine('a', 'changed', { error: 'no' })]],
    ['a failure without an error', [toldMachine('a', 'failed', { error: null })]],
  ])('%s is found', (_, list) => {
    expect(of({ succeeded: false, outputs: told(...list) })).toHaveLength(1);
  });

  it('a file that differs is found', () => {
    const left = (text: string) => ({
      left: { 'runner-1': [{ name: 'fly-machines-stop-1.json', mode: 0o600, text }] },
    });
    const outputs = told(changed);
    expect(of({ outputs }, {}, left(outputs['machines'] ?? ''))).toEqual([]);
    expect(of({ outputs }, {}, left('[]'))).toHaveLength(1);
  });
});

describe('when something failed', () => {
  it('a green step is found, unless it was to warn', () => {
    expect(of({ outputs: told(failed) })).toEqual(['is green although it failed']);
    expect(of({ outputs: told(failed), succeeded: false })).toEqual([]);
    expect(of({ outputs: told(failed) }, { inputs: { 'on-failure': 'warn' } })).toEqual([]);
  });

  it('a cancel is never a warning', () => {
    const cut = told(toldMachine('a', 'failed', { error: 'cancelled: the job was cancelled' }));
    const run = { outputs: cut, cancelledAt: START + 1_000 };
    expect(of(run, { inputs: { 'on-failure': 'warn' } })).toEqual(['is green although it was cancelled']);
    const printed = [{ at: START, level: 'warning', text: 'cancelled: the job was cancelled' } as const];
    expect(of({ ...run, outputs: told(), printed }, { inputs: { 'on-failure': 'warn' } })).toEqual([
      'is green although it was cancelled',
    ]);
  });
});

describe('when a step has changed a machine', () => {
  const world = {
    happenings: [stateChange('a', 'started', 'stopping')],
    exchanges: [madePost('/v1/apps/my-app/machines/a/stop')],
  };

  it('tells so', () => {
    expect(of({ outputs: told(changed) }, {}, world)).toEqual([]);
    expect(of({ outputs: told(failed), succeeded: false }, {}, world)).toEqual([]);
  });

  it('is found where it tells something else', () => {
    expect(of({ outputs: told(skipped) }, {}, world)).toEqual([
      'was changed by stop, and the step says skipped: ',
    ]);
    expect(of({ outputs: told(toldMachine('a', 'unchanged')) }, {}, world)).toHaveLength(1);
    expect(of({ outputs: told(toldMachine('b', 'skipped')) }, {}, world)).toEqual([
      "was changed by stop, and the step doesn't tell of it",
    ]);
  });

  it('may believe a refusal that was not true', () => {
    const reply = { status: 412, headers: {}, body: '' };
    const exchanges = [madePost('/v1/apps/my-app/machines/a/stop', { reply })];
    expect(of({ outputs: told(skipped) }, {}, { ...world, exchanges })).toEqual([]);
  });

  it('may say that it was asked for where somebody else has undone it', () => {
    const back = stateChange('a', 'stopping', 'started', { at: START + 3_000, cause: { kind: 'proxy' } });
    const said = told(toldMachine('a', 'skipped', { reason: 'up for 2 s only; a stop was sent before' }));
    expect(of({ outputs: said }, {}, { ...world, happenings: [...world.happenings, back] })).toEqual([]);
    expect(of({ outputs: said }, {}, world)).toHaveLength(1);
  });

  it('may call it gone where faults have said so more than once, in the words of Fly', () => {
    const denial = (path: string, at: number) => {
      const { request, ...rest } = madePost(path, { at });
      const reply = { status: 404, headers: {}, body: '' };
      return { ...rest, request: { ...request, method: 'GET' }, reply };
    };
    const machine = denial('/v1/apps/my-app/machines/a', START + 2_000);
    const list = denial('/v1/apps/my-app/machines', START + 3_000);
    const gone = told(toldMachine('a', 'skipped', { reason: 'gone: another client has destroyed it' }));
    const sees = (...denials: readonly (typeof list)[]) =>
      of({ outputs: gone }, {}, { ...world, exchanges: [...world.exchanges, ...denials] });
    expect(sees(machine, list)).toEqual([]);
    expect(sees(list)).toHaveLength(1);
  });

  it('may find it gone afterwards', () => {
    const gone = stateChange('a', 'stopped', 'destroyed', {
      at: START + 3_000,
      cause: { kind: 'person', by: 'x' },
    });
    expect(of({ outputs: told(skipped) }, {}, { ...world, happenings: [...world.happenings, gone] })).toEqual(
      [],
    );
  });
});
