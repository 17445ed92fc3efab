import type { Exchange } from '../../../../../emulator/exchange.js';
import { readyAndCounted } from '../../../../../simulate/checks/truth/ready-and-counted.js';
import type { Told } from '../../../../../simulate/checks/view/told.js';
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
import { outputsOf, toldMachine } from '../../../../support/simulate/made-outputs.js';

const CHECKED: Partial<ScriptMachine> = { config: { checks: { alive: { type: 'http' } } } };

interface Given {
  readonly told: readonly Told[];
  readonly command?: ActionStep['command'];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly machine?: Partial<ScriptMachine>;
  readonly born?: Partial<FleetMachine>;
  readonly startedMs?: number;
  readonly run?: Partial<ProcessRun>;
  readonly exchanges?: readonly Exchange[];
}

const of = ({
  told,
  command = 'warm-up',
  inputs = {},
  machine,
  born,
  startedMs,
  run,
  exchanges = [],
}: Given) =>
  foundBy(
    readyAndCounted,
    madeScript([{ id: 'a', name: 'web-a', ...machine }]),
    madeHistory({
      fleet: [fleetMachine('a', born)],
      runs: [madeRun({ command, inputs }, { outputs: outputsOf(told), ...run })],
      happenings:
        startedMs === undefined ? [] : [stateChange('a', 'starting', 'started', { at: START + startedMs })],
      exchanges,
    }),
  ).found;

const changed = toldMachine('a', 'changed', { state: 'started' });

describe('when a machine is called ready', () => {
  const given = { told: [changed], machine: CHECKED, born: { state: 'stopped' } };

  it('had passing checks before the step was over', () => {
    expect(of({ ...given, startedMs: 8_000 })).toEqual([]);
    expect(of({ ...given, startedMs: 9_000 })).toEqual(['says changed, but its checks never passed']);
  });

  it.each([
    { behaviour: { checksPassMs: Number.POSITIVE_INFINITY } },
    { behaviour: { checks: { '*': { status: 'critical', output: '' } } } },
  ] as const)('is found where they never pass: %j', (machine) => {
    expect(of({ ...given, startedMs: 1_000, machine: { ...CHECKED, ...machine } })).toHaveLength(1);
  });

  it('has none to pass', () => {
    expect(of({ ...given, startedMs: 9_000, machine: {} })).toEqual([]);
  });

  it('must have passed them since its restart', () => {
    const restarted = {
      ...given,
      command: 'restart',
      inputs: { wait: 'checks' },
      born: {},
      startedMs: 9_000,
    } as const;
    expect(of(restarted)).toHaveLength(1);
    expect(of({ ...restarted, inputs: {} })).toHaveLength(1);
    expect(of({ ...restarted, inputs: { wait: 'true' } })).toEqual([]);
    expect(of({ ...restarted, startedMs: 2_000 })).toEqual([]);
  });
});

describe('when a warm-up is green', () => {
  it('has as many as it was to have', () => {
    expect(of({ told: [changed] })).toEqual([]);
    expect(of({ told: [changed], inputs: { count: '2' } })).toEqual(['is green with 1 of 2 ready in my-app']);
    expect(of({ told: [changed], inputs: { count: 'fra=1, iad=1' } })).toEqual([
      'is green with 0 of 1 ready in my-app in iad',
    ]);
  });

  it('may lack some where it is red, was to warn, or asked for none', () => {
    expect(of({ told: [], run: { succeeded: false } })).toEqual([]);
    expect(of({ told: [], inputs: { 'on-failure': 'warn' } })).toEqual([]);
    expect(of({ told: [], inputs: { machines: '[]' } })).toEqual([]);
  });

  it('began no more than it needs', () => {
    const told = [changed, toldMachine('b', 'requested')];
    const start = (id: string, ms: number) =>
      madePost(`/v1/apps/my-app/machines/${id}/start`, { at: START + ms });
    expect(of({ told, exchanges: [start('a', 0), start('a', 500)] })).toEqual([]);
    expect(of({ told, exchanges: [start('a', 0), start('b', 31_000)] })).toEqual([]);
    expect(of({ told, exchanges: [start('a', 0), start('b', 1_000)] })).toHaveLength(1);
    expect(
      of({ told: [changed, toldMachine('b', 'failed')], exchanges: [start('b', 0), start('a', 1_000)] }),
    ).toEqual([]);
  });

  it('has not begun what another client held a lease on', () => {
    const told = [changed, toldMachine('b', 'changed', { state: 'started' })];
    const start = (id: string, ms: number, refusal?: string) => {
      const answer = refusal === undefined ? undefined : { status: 409, headers: {}, body: refusal };
      const given = answer && { answer, reply: answer };
      return madePost(`/v1/apps/my-app/machines/${id}/start`, { at: START + ms, ...given });
    };
    const held = start('b', 0, '{"error":"lease currently held by somebody"}');
    const conflict = start('b', 0, '{"error":"aborted: the machine was changed meanwhile"}');
    expect(of({ told, exchanges: [held, start('a', 1_000), start('b', 31_000)] })).toEqual([]);
    expect(of({ told, exchanges: [held, start('a', 1_000), start('b', 2_000)] })).toHaveLength(1);
    expect(of({ told, exchanges: [conflict, start('a', 1_000), start('b', 31_000)] })).toHaveLength(1);
  });
});
