import { turns } from '../../../../../simulate/checks/limits/turns.js';
import type { FleetMachine, Printed } from '../../../../../simulate/history/history.js';
import type { Script, ScriptMachine } from '../../../../../simulate/script/script.js';
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

/** Restart of a machine: when it is asked for, and when it has started again, if it does. */
type Restart = readonly [id: string, at: number, back?: number];

interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly born?: Readonly<Record<string, Partial<FleetMachine>>>;
  readonly spec?: Readonly<Record<string, Partial<ScriptMachine>>>;
  readonly script?: Partial<Script>;
  readonly printed?: readonly Printed[];
}

const of = (restarts: readonly Restart[], { inputs, born, spec, script, printed = [] }: Given = {}) => {
  const ids = ['a', 'b', 'c'];
  return foundBy(
    turns,
    madeScript(
      ids.map((id) => ({ id, name: `web-${id}`, ...spec?.[id] })),
      script,
    ),
    madeHistory({
      fleet: ids.map((id) => fleetMachine(id, born?.[id])),
      runs: [madeRun({ command: 'restart', inputs: { machines: 'all', ...inputs } }, { printed })],
      exchanges: restarts.map(([id, at]) =>
        madePost(`/v1/apps/my-app/machines/${id}/restart`, { at: START + at }),
      ),
      happenings: restarts.flatMap(([id, at, back]) => [
        stateChange(id, 'started', 'restarting', { at: START + at }),
        ...(back === undefined ? [] : [stateChange(id, 'restarting', 'started', { at: START + back })]),
      ]),
    }),
  );
};

const CHECKS = { config: { checks: { alive: { type: 'tcp' } } } };
const FAILING = { ...CHECKS, behaviour: { checks: { '*': { status: 'critical', output: '' } as const } } };

describe('when a restart takes the machines of a group', () => {
  it('one goes alone, and the others once it is back', () => {
    const others: readonly Restart[] = [
      ['b', 3_000, 4_000],
      ['c', 3_000, 4_000],
    ];
    expect(of([['a', 1_000, 2_000], ...others])).toEqual({ found: [], seen: 1 });
    expect(of([['a', 1_000, 3_500], ...others]).found).toEqual([
      'is restarted beside a, which is the first and not back yet',
    ]);
  });

  it('back means that its checks pass, where they are waited for', () => {
    const restarts: readonly Restart[] = [
      ['a', 1_000, 2_000],
      ['b', 3_000, 4_000],
    ];
    expect(of(restarts, { spec: { a: CHECKS } }).found).toHaveLength(1);
    expect(of(restarts, { spec: { a: CHECKS }, inputs: { wait: 'true' } }).found).toEqual([]);
  });

  it('others follow one of which the log tells that it failed', () => {
    const restarts: readonly Restart[] = [
      ['a', 1_000],
      ['b', 3_000, 4_000],
    ];
    const printed = [{ at: START + 2_900, level: 'info', text: 'a web-a (fra): failed' }] as const;
    expect(of(restarts).found).toHaveLength(1);
    expect(of(restarts, { printed }).found).toEqual([]);
  });

  it('those that serve nobody come first', () => {
    const late: readonly Restart[] = [
      ['a', 1_000, 2_000],
      ['b', 5_000, 6_000],
    ];
    const found = ['is restarted before b, which serves nobody'];
    expect(of(late, { spec: { b: FAILING } }).found).toEqual(found);
    expect(of(late, { born: { b: { state: 'failed' } } }).found).toEqual(found);
    expect(of(late, { spec: { a: FAILING } })).toEqual({ found: [], seen: 0 });
  });

  it('groups go side by side', () => {
    const restarts: readonly Restart[] = [
      ['a', 1_000, 5_000],
      ['b', 1_000, 5_000],
    ];
    const metadata = { fly_process_group: 'worker' };
    expect(of(restarts, { born: { b: { metadata } } }).found).toEqual([]);
  });

  it.each<[string, Given]>([
    ['all may be down', { inputs: { 'max-unavailable': '100%' } }],
    ['reads may be old', { script: { settings: { staleMs: 1 } } }],
    ['it is not certain who serves', { spec: { c: { config: { containers: [{ name: 'web' }] } } } }],
  ])('nothing is said where %s', (_, given) => {
    const restarts: readonly Restart[] = [
      ['a', 1_000, 5_000],
      ['b', 1_000, 5_000],
      ['c', 6_000, 7_000],
    ];
    expect(of(restarts, given)).toEqual({ found: [], seen: 0 });
  });
});
