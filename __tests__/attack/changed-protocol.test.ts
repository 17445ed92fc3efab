import { onEachNode, sideBySide } from '../support/scenarios/nodes.js';
import { APP, type ScenarioOptions, WEB } from '../support/scenarios/scenario.js';

const HEADERS = { connection: 'upgrade', upgrade: 'websocket' };

interface Switch {
  readonly who: string;
  readonly path: string | RegExp;
  readonly uses: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly settings?: ScenarioOptions['settings'];
  readonly error: RegExp;
}

const SWITCHES: readonly Switch[] = [
  { who: 'the API', path: '/v1', uses: './list', error: /^Fly failure: .*Fly answered 101\b/ },
  {
    who: 'the API to a change',
    path: /\/stop$/,
    uses: './stop',
    inputs: { machines: WEB },
    error: /Fly failure: .*Fly answered 101\b/,
  },
  { who: 'a third party', path: '/aaa', uses: './auth', error: /its answer \(101\) is not the JSON/ },
  {
    who: "GitHub's token service",
    path: '/github',
    uses: './auth',
    settings: { own: { credential: 'oidc', lifetimeMs: 60_000 } },
    error: /GitHub gave no OIDC token: it answered 101\b/,
  },
  {
    who: 'the metrics',
    path: '/prometheus',
    uses: './stop-idle',
    inputs: { 'idle-for': '10m' },
    error: /Fly failure: .*answered 101\b/,
  },
];

onEachNode('When an answer changes the protocol, which nobody asked for', (open) => {
  const told = sideBySide(SWITCHES, async ({ path, uses, inputs, settings = {} }) => {
    const { job, fly, url } = await open({
      apps: [{ name: APP, machines: [{ id: WEB }] }],
      faults: [{ path, fault: { status: 101, headers: HEADERS } }],
      settings,
      idToken: settings.own !== undefined,
    });
    const token = fly.mintToken({
      app: APP,
      withDischarge: uses !== './auth',
      ...(settings.own === undefined ? {} : { thirdParty: ['aaa', 'own'] }),
    });
    const credentials = settings.own === undefined ? {} : { 'third-party-credentials': `${url}: oidc` };
    return job.step({ uses, with: { token, app: APP, timeout: '2m', ...credentials, ...inputs } });
  });

  it.each(SWITCHES)('a step says so, and waits for no more: $who', async (row) => {
    const result = await told(row);
    expect(result.conclusion).toBe('failure');
    expect(result.annotations.map(({ message }) => message).join('\n')).toMatch(row.error);
  });
});
