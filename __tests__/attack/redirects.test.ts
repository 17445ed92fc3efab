import type { IncomingMessage } from 'node:http';
import type { FaultRule } from '../../emulator/faults.js';
import { listen, type TestServer } from '../support/fakes/http-server.js';
import { onOneNode, sideBySide } from '../support/scenarios/nodes.js';
import { said } from '../support/scenarios/results.js';
import { APP, type Scenario, type ScenarioOptions, WORKERS } from '../support/scenarios/scenario.js';

const CREDENTIAL = 'T0s7mW9qYcR4vKx2Lb8dZhG6nPaEuJf1QwIo5Ty3SkM';
const START = `/v1/apps/${APP}/machines/${WORKERS[0]}/start`;

interface Redirect {
  readonly who: string;
  readonly path: string;
  readonly uses: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly options?: ScenarioOptions;
  /** What stands in front of the token's line in the error. */
  readonly error: RegExp;
}

const REDIRECTS: readonly Redirect[] = [
  { who: 'the Machines API, asked for a list', path: '/v1', uses: './list', error: /Fly answered 30\d/ },
  {
    who: 'the Machines API, told to start',
    path: START,
    uses: './start',
    inputs: { machines: WORKERS[0] },
    error: /Fly answered 30\d/,
  },
  { who: 'a third party', path: '/own', uses: './auth', error: /its redirect leads to another origin/ },
  {
    who: 'a third party that goes by OIDC',
    path: '/own',
    uses: './auth',
    inputs: { 'third-party-credentials': 'oidc' },
    options: { idToken: true, settings: { own: { credential: 'oidc' } } },
    error: /its redirect leads to another origin/,
  },
  {
    who: 'where GitHub gives OIDC tokens',
    path: '/github',
    uses: './auth',
    inputs: { 'third-party-credentials': 'oidc' },
    options: { idToken: true, settings: { own: { credential: 'oidc' } } },
    error: /GitHub gave no OIDC token: it answered 30\d/,
  },
  {
    who: 'metrics',
    path: '/prometheus',
    uses: './stop-idle',
    inputs: { 'idle-for': '10m' },
    error: /query metrics: answered 30\d/,
  },
];

const CASES = REDIRECTS.flatMap((it) => [301, 302, 307].map((status) => ({ ...it, status })));

onOneNode('When an answer leads to another host', (open) => {
  const followers: IncomingMessage[] = [];
  let elsewhere: TestServer;
  beforeAll(async () => {
    elsewhere = await listen((request, response) => {
      followers.push(request);
      response.end('{}');
    });
  });
  afterAll(() => elsewhere.close());

  const told = sideBySide(CASES, async ({ path, status, uses, inputs = {}, options = {} }) => {
    const location = `${elsewhere.url.href}stolen`;
    const faults: FaultRule[] = [
      { path, fault: { status, headers: { location }, body: { error: location } } },
    ];
    const credential = `Basic ${CREDENTIAL}`;
    const scenario = await open({ settings: { own: { credential } }, ...options, faults });
    return stepOf(scenario, uses, { 'third-party-credentials': credential, ...inputs });
  });

  it.each(CASES)('nobody goes there, with the token or without: $who, $status', async (row) => {
    const result = await told(row);
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '' });
    expect(said(result, 'error')).toEqual([expect.stringMatching(row.error)]);
    expect(followers).toEqual([]);
    expect(elsewhere.connections()).toBe(0);
  });
});

function stepOf({ job, fly, url }: Scenario, uses: string, inputs: Readonly<Record<string, string>>) {
  const isAuth = uses === './auth';
  const token = fly.mintToken({ org: 'my-org', thirdParty: ['own'], withDischarge: !isAuth });
  const credential = inputs['third-party-credentials'];
  return job.step({
    uses,
    with: { token, app: APP, timeout: '20s', ...inputs, 'third-party-credentials': `${url}: ${credential}` },
  });
}
