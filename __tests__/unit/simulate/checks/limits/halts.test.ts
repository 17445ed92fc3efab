import type { Exchange } from '../../../../../emulator/exchange.js';
import { halts } from '../../../../../simulate/checks/limits/halts.js';
import type { Told } from '../../../../../simulate/checks/view/told.js';
import type { Printed, ProcessRun } from '../../../../../simulate/history/history.js';
import type { ActionStep } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
} from '../../../../support/simulate/made-history.js';
import { outputsOf, toldMachine } from '../../../../support/simulate/made-outputs.js';

const LIST = '/v1/apps/my-app/machines';
const post = (id: string, ms: number, rest: Partial<Exchange> = {}) =>
  madePost(`${LIST}/${id}/stop`, { at: START + ms, ...rest });
const printed: Printed[] = [
  { at: START + 3_000, level: 'info', text: 'a web-a (fra): failed, 3 s: wrong state' },
];
const failed = toldMachine('a', 'failed');
const left = toldMachine('b', 'skipped', { reason: 'not begun: machine a (web-a) in my-app failed' });
const refused = { status: 412, headers: {}, body: '' };

interface Given {
  readonly command?: ActionStep['command'];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly told?: readonly Told[];
  readonly exchanges?: readonly Exchange[];
  readonly run?: Partial<ProcessRun>;
}

const of = ({
  command = 'stop',
  inputs = { 'on-failure': 'stop' },
  told = [failed, left],
  exchanges = [],
  run,
}: Given) =>
  foundBy(
    halts,
    madeScript(),
    madeHistory({
      exchanges,
      runs: [madeRun({ command, inputs }, { outputs: outputsOf(told), succeeded: false, printed, ...run })],
    }),
  ).found;

describe('when a step has seen a failure', () => {
  const late = [post('a', 1_000), post('b', 3_100)];

  it('begins no other machine', () => {
    expect(of({ exchanges: [post('a', 1_000)] })).toEqual([]);
    expect(of({ told: [failed, toldMachine('b', 'changed')], exchanges: late })).toEqual([
      'begins a machine 100 ms after it has seen a failure',
    ]);
  });

  it('goes on with what it had begun, or had sent already', () => {
    const told = [failed, toldMachine('b', 'changed')];
    expect(of({ told, exchanges: [post('b', 2_000), post('b', 3_500)] })).toEqual([]);
    expect(of({ told, exchanges: [post('b', 3_020)] })).toEqual([]);
  });

  it('may begin others unless it is to stop', () => {
    const given = { told: [failed, toldMachine('b', 'changed')], exchanges: late };
    expect(of({ ...given, inputs: {} })).toEqual([]);
    expect(of({ ...given, command: 'restart', inputs: {} })).toHaveLength(1);
    expect(of({ ...given, command: 'restart', inputs: { 'on-failure': 'fail' } })).toEqual([]);
  });

  it('begins none where it could not read an app', () => {
    const list = madePost(LIST, { at: START + 100, reply: { status: 500, headers: {}, body: '' } });
    const unread = { ...list, request: { ...list.request, method: 'GET' } };
    expect(of({ told: [], exchanges: [unread] })).toEqual([]);
    expect(of({ told: [], exchanges: [unread, post('b', 200)] })).toEqual([
      'begins a machine although it could not list my-app',
    ]);
  });
});

describe('when a machine is told as not begun', () => {
  it('was not changed', () => {
    expect(of({ exchanges: [post('b', 1_000)] })).toEqual([
      `was begun, and is told as not begun: ${left.reason}`,
    ]);
    expect(of({ exchanges: [post('b', 1_000, { answer: refused, reply: refused })] })).toEqual([]);
  });

  it('may have been refused with a status of success', () => {
    const body =
      '{"status":"error","message":"machine still active, refusing to start","previous_state":"stopped"}';
    const no = { status: 200, headers: {}, body };
    expect(of({ exchanges: [post('b', 1_000, { answer: no, reply: no })] })).toEqual([]);
  });

  it('may have been refused for its token with a status of trouble, but not have met any trouble', () => {
    const of500 = (error: string) => {
      const reply = { status: 500, headers: {}, body: `{"error":"${error}"}` };
      return of({ exchanges: [post('b', 1_000, { answer: undefined, reply })] });
    };
    expect(of500('unauthorized')).toEqual([]);
    expect(of500('internal server error')).toEqual([`was begun, and is told as not begun: ${left.reason}`]);
  });

  it('names a machine that failed', () => {
    expect(of({ told: [toldMachine('c', 'failed'), left] })).toEqual([
      `names a machine that did not fail: ${left.reason}`,
    ]);
    expect(of({ told: [left], run: { succeeded: true } })).toHaveLength(2);
  });

  it('fails where others have not come back, and was not begun either', () => {
    const error =
      'wrong state: not begun: a did not come back, and no more machines of web in my-app may be down';
    const kept = toldMachine('b', 'failed', { error });
    const ended = toldMachine('a', 'changed', { state: 'stopped' });
    expect(of({ told: [ended, kept] })).toEqual([]);
    expect(of({ told: [ended, kept], exchanges: [post('b', 1_000)] })).toContainEqual(
      expect.stringMatching(/^was begun, and is told as not begun/),
    );
    expect(of({ told: [toldMachine('a', 'changed', { state: 'started' }), kept] })).toEqual([
      expect.stringMatching(/^waits for a machine that came back/),
    ]);
  });

  it('without a halt, others of its group have failed', () => {
    const reason = 'not begun: a did not come back';
    const told = [failed, toldMachine('b', 'skipped', { reason })];
    const inputs = { 'on-failure': 'fail' };
    expect(of({ command: 'restart', inputs, told })).toEqual([]);
    expect(
      of({
        command: 'restart',
        inputs,
        told: [toldMachine('a', 'failed', { process_group: 'worker' }), ...told.slice(1)],
      }),
    ).toEqual([`is not begun, and none of its group failed: ${reason}`]);
  });
});
