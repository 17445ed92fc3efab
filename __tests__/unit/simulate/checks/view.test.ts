import { check } from '../../../../simulate/checks/all.js';
import { byOthers, heldWithin, lifeKey, metadataAt, stateAt } from '../../../../simulate/checks/view/life.js';
import { leavesOpen, readExchange } from '../../../../simulate/checks/view/sent.js';
import { viewOf } from '../../../../simulate/checks/view/view.js';
import {
  fleetMachine,
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
  stateChange,
} from '../../../support/simulate/made-history.js';

const lifeIn = (rest: Parameters<typeof madeHistory>[0]) => {
  const life = viewOf(madeScript([{ id: 'a', name: 'web-a' }]), madeHistory(rest)).lives.get(
    lifeKey('my-app', 'a'),
  );
  if (life === undefined) throw new Error('There is no such life.');
  return life;
};

describe('when a life is told', () => {
  const later = stateChange('a', 'stopping', 'stopped', { at: START + 2_000 });
  const life = lifeIn({
    fleet: [fleetMachine('a', { metadata: { team: 'red' } })],
    happenings: [
      later,
      stateChange('a', 'started', 'stopping'),
      {
        kind: 'metadata',
        app: 'my-app',
        machine: 'a',
        at: START + 3_000,
        cause: { kind: 'person', by: 'somebody' },
        key: 'team',
        before: 'red',
        after: undefined,
      },
    ],
  });

  it('has what happened in the order of time', () => {
    expect(life.states.map(({ is }) => is)).toEqual(['started', 'stopping', 'stopped']);
    expect(life.spec?.name).toBe('web-a');
  });

  it.each([
    [0, 'started'],
    [1_000, 'stopping'],
    [1_999, 'stopping'],
    [9_000, 'stopped'],
  ])('has the state at %d ms', (ms, state) => {
    expect(stateAt(life, START + ms)).toBe(state);
  });

  it('has all states of a span, with that which ended at its begin', () => {
    const within = heldWithin(life.states, START + 1_000, START + 1_500);
    expect(within.map(({ is }) => is)).toEqual(['started', 'stopping']);
  });

  it('has metadata at a time', () => {
    expect(metadataAt(life, 'team', START + 2_999)).toBe('red');
    expect(metadataAt(life, 'team', START + 3_000)).toBeUndefined();
  });

  it('tells apart what others did', () => {
    expect(byOthers(life, 'job/0', START, START + 5_000).map(({ kind }) => kind)).toEqual(['metadata']);
    expect(byOthers(life, 'job/1', START, START + 1_000)).toHaveLength(1);
  });
});

it('a machine that joins later has a life, too', () => {
  const cause = { kind: 'person', by: 'deploy' } as const;
  const life = lifeIn({
    happenings: [{ kind: 'created', app: 'my-app', machine: 'a', at: START + 5, cause, state: 'created' }],
  });
  expect(life.born).toBeUndefined();
  expect(stateAt(life, START)).toBeUndefined();
  expect(stateAt(life, START + 5)).toBe('created');
});

describe('when a request is read', () => {
  const read = (method: string, path: string, rest: Parameters<typeof madePost>[1] = {}) => {
    const post = madePost(path, rest);
    return readExchange({ ...post, request: { ...post.request, method } });
  };

  it.each([
    ['POST', '/v1/apps/my-app/machines/a/stop', 'stop', true],
    ['POST', '/v1/apps/my-app/machines/a/restart?timeout=5s', 'restart', true],
    ['POST', '/v1/apps/my-app/machines/a/exec', 'exec', true],
    ['DELETE', '/v1/apps/my-app/machines/a/metadata/keep-alive-until', 'metadata', true],
    ['GET', '/v1/apps/my-app/machines/a/metadata', 'metadata', false],
    ['POST', '/v1/apps/my-app/machines/a/lease', 'lease', true],
    ['DELETE', '/v1/apps/my-app/machines/a', 'destroy', true],
    ['GET', '/v1/apps/my-app/machines/a/wait?state=stopped', 'wait', false],
    ['GET', '/v1/apps/my-app/machines/a', 'read', false],
  ])('%s %s is %s', (method, path, kind, changes) => {
    expect(read(method, path)).toMatchObject({ kind, changes, app: 'my-app', machine: 'a', accepted: true });
  });

  it('lists and other hosts name no machine', () => {
    expect(read('GET', '/v1/apps/my-app/machines?x=y')).toMatchObject({ kind: 'list', machine: '' });
    expect(read('POST', '/aaa/v1/discharge')).toMatchObject({ kind: 'other', changes: false, app: '' });
  });

  it('tells what the world did from what its sender saw', () => {
    const path = '/v1/apps/my-app/machines/a/stop';
    const refused = { status: 412, headers: {}, body: '' };
    const reset = { fault: 'reset', answer: refused } as const;
    expect(read('POST', path, { answer: undefined, reply: reset })).toMatchObject({
      accepted: false,
      isClear: false,
    });
    expect(read('POST', path, { reply: reset })).toMatchObject({ accepted: true, isClear: false });
    expect(read('POST', path, { answer: refused, reply: refused })).toMatchObject({
      accepted: false,
      isClear: true,
    });
  });

  it('takes a success that says "error" for the refusal that it is, and no text of a machine for one', () => {
    const no = {
      status: 200,
      headers: {},
      body: '{"status":"error","message":"could not start the machine"}',
    };
    const start = '/v1/apps/my-app/machines/a/start';
    expect(read('POST', start, { answer: no, reply: no })).toMatchObject({ accepted: false, isClear: true });
    expect(read('GET', '/v1/apps/my-app/machines', { answer: no, reply: no })).toMatchObject({
      accepted: true,
    });
  });
});

it.each([
  [500, '{"error":"internal server error"}', true],
  [500, '{"error":"unauthorized"}', false],
  [503, '{"error":"try another region","status":"insufficient_capacity"}', false],
  [502, '', true],
  [408, '{"error":"deadline_exceeded: request timed out"}', true],
  [412, '{"error":"failed_precondition"}', false],
  [200, 'no JSON', true],
])(
  "a %i that is not the world's and says %s leaves open what became of the request: %p",
  (status, body, isOpen) => {
    const reply = { status, headers: {}, body };
    const post = madePost('/v1/apps/my-app/machines/a/start', { answer: undefined, reply });
    expect(leavesOpen(readExchange(post))).toBe(isOpen);
  },
);

describe('when checks look', () => {
  const run = madeRun({}, { outputs: { machines: '[]' } });
  const history = madeHistory({
    runs: [run],
    exchanges: [
      madePost('/v1/apps/my-app/machines/a/stop'),
      madePost('/v1/apps/b/machines/b/stop', {}, 'job/1'),
    ],
  });

  it('they know who sent what, and what was told', () => {
    const view = viewOf(madeScript(), history);
    expect(view.sentBy(run).map(({ machine }) => machine)).toEqual(['a']);
    expect(view.told(run)).toEqual([]);
    expect(view.told(madeRun({}, { id: 'other' }))).toBeUndefined();
  });

  it('what they see and find is counted by their names', () => {
    const one = {
      name: 'one',
      promise: 'Nothing is found.',
      look: (_: unknown, report: { seen(): void }) => report.seen(),
    };
    const two = {
      name: 'two',
      promise: 'All is well.',
      look: (_: unknown, report: { found(what: string, at?: { run: string }): void }) =>
        report.found('all is lost', { run: 'job/0' }),
    };
    expect(check(madeScript(), history, [one, two])).toEqual({
      findings: [{ check: 'two', what: 'all is lost', run: 'job/0' }],
      seen: { one: 1, two: 0 },
    });
  });
});
