import { noSecret } from '../../../../../simulate/checks/secrets/no-secret.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
} from '../../../../support/simulate/made-history.js';

const TOKEN = 'lJPEEG7nQ2vXk81LwPz0aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789';
const run = madeRun({}, { printed: [{ at: START, level: 'info', text: 'Token from the input.' }] });
const of = (rest: Parameters<typeof madeHistory>[0]) =>
  foundBy(
    noSecret,
    madeScript(),
    madeHistory({ tokens: { deploy: `FlyV1 fm2_${TOKEN}` }, runs: [run], ...rest }),
  );

describe('when nothing secret is told', () => {
  test('nothing is found, and it counts', () => {
    expect(of({})).toEqual({ found: [], seen: 1 });
  });

  test('the output that was asked for may hold the token, and so may a session', () => {
    const { found } = of({
      runs: [
        madeRun({ command: 'auth', inputs: { 'export-token': 'output' } }, { outputs: { token: TOKEN } }),
      ],
      left: { 'runner-1': [{ name: 'fly-machines-session-0.json', mode: 0o600, text: TOKEN }] },
    });

    expect(found).toEqual([]);
  });
});

describe('when a token is told', () => {
  test.each([
    ['a printed warning', { printed: [{ at: START, level: 'warning' as const, text: `401 for ${TOKEN}` }] }],
    ['the output token', { outputs: { token: TOKEN } }],
    ['the output machines', { outputs: { machines: TOKEN.slice(16) } }],
    ['the state restore', { state: { restore: TOKEN } }],
    ['the variable FLY_APP', { exported: { FLY_APP: TOKEN } }],
    ['the summary', { summary: TOKEN }],
    ['what was thrown', { threw: TOKEN }],
  ])('in %s, it is found', (where, rest) => {
    expect(of({ runs: [madeRun({}, rest)] }).found).toEqual([`a token stands in ${where}`]);
  });

  test('in a file, it is found', () => {
    const left = { 'runner-1': [{ name: 'machines.json', mode: 0o644, text: TOKEN }] };

    expect(of({ left }).found).toEqual(['a token stands in the file machines.json of the runner runner-1']);
  });
});

describe('when other secrets are told', () => {
  const printing = (text: string) => [madeRun({}, { printed: [{ at: START, level: 'debug', text }] })];

  test('a narrowed copy of which only requests tell', () => {
    const authorization = `FlyV1 fm2_${[...TOKEN].reverse().join('')}`;
    const request = { method: 'GET', path: '/v1/apps/a', headers: { authorization }, body: '' };

    const { found } = of({ exchanges: [madePost('/', { request })], runs: printing(authorization) });

    expect(found).toEqual(['what a request was authorized with stands in a printed debug']);
  });

  test('a discharge', () => {
    const body = `{"discharge":"fm2_${[...TOKEN].reverse().join('')}"}`;
    const answer = { status: 200, headers: {}, body };

    const { found } = of({ exchanges: [madePost('/aaa/v1/x', { answer })], runs: printing(body) });

    expect(found).toEqual(['a discharge stands in a printed debug']);
  });

  test("a lease's nonce, short as it is, and the job's key", () => {
    const nonce = 'c0ffee123456';
    const key = 'a1b2c3d4e5f60718'.repeat(4);
    const taken = {
      kind: 'lease' as const,
      app: 'my-app',
      machine: 'a',
      at: START,
      cause: { kind: 'request' as const, by: 'job/0' },
      does: 'taken' as const,
      nonce,
      until: START,
    };
    const exporting = madeRun({ command: 'auth' }, { exported: { FLY_MACHINES_JOB_KEY: key } });

    const { found } = of({
      happenings: [taken],
      runs: [...printing(`it is ${nonce}`), exporting, ...printing(key)],
    });

    expect(found).toEqual([
      "a lease's nonce stands in a printed debug",
      "the job's key stands in a printed debug",
    ]);
  });

  test('a credential', () => {
    const inputs = { 'third-party-credentials': 'https://own.test: Basic dXNlcjpwYXNzd29yZDEyMzQ1' };
    const script = madeScript([], {
      jobs: [
        {
          name: 'job',
          runner: 'runner-1',
          startsAt: 0,
          env: {},
          clock: { offsetMs: 0, jumps: [] },
          steps: [{ kind: 'action', command: 'auth', inputs }],
        },
      ],
    });

    const { found } = foundBy(noSecret, script, madeHistory({ runs: printing('dXNlcjpwYXNzd29yZDEyMzQ1') }));

    expect(found).toEqual(['a credential stands in a printed debug']);
  });
});
