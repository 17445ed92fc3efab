import type { StepOptions } from '../../runner/job-options.js';
import { APP, type Scenario, type ScenarioOptions, WEB } from '../support/scenario.js';
import { LeakSearch } from '../support/scenario-leaks.js';
import { onEachNode } from '../support/scenario-nodes.js';
import { shareTemp } from '../support/scenario-session.js';

const CREDENTIAL = 'credential-of-the-own-third-party-0123456789';
const OAUTH = 'fo1_oauth-token-of-the-user-0123456789';

/** Both third parties, a credential for one of them, step debugging, and none of the runner's own masks. */
const options: ScenarioOptions = {
  settings: { own: { credential: `Basic ${CREDENTIAL}` } },
  job: { debug: true },
};

function start(scenario: Scenario) {
  const search = new LeakSearch();
  const token = `${scenario.fly.mintToken({ app: APP, thirdParty: ['aaa', 'own'] })},${OAUTH}`;
  search.token(token);
  search.credential(CREDENTIAL);
  const inputs = {
    token,
    app: APP,
    timeout: '2s',
    'third-party-credentials': `${scenario.url}: Basic ${CREDENTIAL}`,
  };
  const run = async (step: StepOptions, except: readonly string[] = []) => {
    const result = await scenario.job.step(step);
    search.sessions(scenario.job);
    expect(search.printed(result)).toEqual([]);
    expect(search.left(result, except)).toEqual([]);
    return result;
  };
  return { search, token, inputs, run };
}

onEachNode('When a whole job has run', (open) => {
  it('has left none of its secrets in any form but in the session, which is gone', async () => {
    const scenario = await open(options);
    const { search, inputs, run } = start(scenario);
    const { timeout: _, ...auth } = inputs;
    expect(await run({ uses: './auth', with: auth })).toMatchObject({ conclusion: 'success' });
    expect(await run({ uses: './list' })).toMatchObject({ conclusion: 'success' });
    scenario.shiftFlysClock(540_000);
    expect(await run({ uses: './start', with: { 'process-group': 'worker' } })).toMatchObject({
      conclusion: 'success',
    });
    expect(await run({ uses: './stop', with: { machines: 'all' } })).toMatchObject({ conclusion: 'success' });
    // Two permission parts with a ticket each, and two discharges of each third party.
    expect(
      scenario.fly.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('3p')),
    ).toHaveLength(4);
    expect(search.files(scenario.job)).toEqual([]);
    const [post] = await scenario.job.post();
    if (post !== undefined) expect(search.printed(post)).toEqual([]);
    expect(scenario.job.files().filter(({ content }) => search.in(content).length > 0)).toEqual([]);
  });

  it('has exported the token where it was asked to, and nowhere else', async () => {
    const scenario = await open(options);
    const { search, inputs, run } = start(scenario);
    const except = ['token', 'FLY_API_TOKEN'];
    const result = await run({ uses: './auth', with: { ...inputs, 'export-token': 'env' } }, except);
    expect(search.in(result.outputs['token'] ?? '')).toEqual(
      expect.arrayContaining(['a discharge', 'a permission token']),
    );
    const leaks = search.files(scenario.job).map((leak) => leak.replace(/.*(set_\w+?)_[0-9a-f-]{36}$/, '$1'));
    expect([...new Set(leaks)].sort()).toEqual(['set_env', 'set_output']);
  });
});

onEachNode('When a step fails', (open) => {
  it.each<[string, (scenario: Scenario, token: string) => void, Readonly<Record<string, string>>]>([
    ['the API answers 401 and repeats the token', echo('/v1', 401), {}],
    ['the API answers 403 and repeats the token', echo('/v1', 403), {}],
    ['the API answers 500 and repeats the token', echo('/v1', 500), {}],
    [
      'the API answers the token for a machine',
      ({ fly }, token) =>
        void fly.faults.push({
          path: '/v1',
          fault: { status: 200, body: [{ [token]: token, id: token, state: 7 }] },
        }),
      {},
    ],
    [
      'the API answers the token for JSON',
      ({ fly }, token) => void fly.faults.push({ path: '/v1', fault: { status: 200, body: token } }),
      {},
    ],
    ['a third party repeats the ticket', echo('/aaa', 403), {}],
    ['a third party is down and repeats the ticket', echo('/aaa', 503), {}],
    [
      'a third party wants another credential',
      ({ fly }) => void (fly.settings.own.credential = 'Basic another'),
      {},
    ],
    [
      'a third party answers another discharge',
      ({ fly }) => void (fly.settings.aaa.behaviour = 'wrong-ticket'),
      {},
    ],
    ['the connection hangs', ({ fly }) => void fly.faults.push({ path: '/v1', fault: 'hang' }), {}],
    ['an input is wrong', () => undefined, { limit: 'many', region: '' }],
    ['an input is unknown', () => undefined, { tokn: 'x' }],
  ])('tells none of its secrets: %s', async (_, spoil, more) => {
    const scenario = await open(options);
    const { search, inputs, run, token } = start(scenario);
    spoil(scenario, token);
    const result = await run({ uses: './stop', with: { ...inputs, machines: WEB, ...more } });
    expect(result.conclusion).toBe('failure');
    expect(search.files(scenario.job)).toEqual([]);
  });

  it.each([
    'app',
    'machines',
    'region',
    'exclude',
    'state',
    'timeout',
    'limit',
    'api-url',
    'export-token',
    'summary',
  ])('tells none of a token that was put into the input %s', async (name) => {
    const scenario = await open(options);
    const { inputs, run, token } = start(scenario);
    const uses = name === 'export-token' ? './auth' : './stop';
    expect(await run({ uses, with: { ...inputs, [name]: token } })).toMatchObject({ conclusion: 'failure' });
  });
});

onEachNode('When a step uses the session', (open) => {
  it('masks all of it before it prints anything else, though this step was given no secret', async () => {
    const scenario = await open(options);
    const { search, inputs, token } = start(scenario);
    await scenario.job.step({ uses: './auth', with: inputs });
    search.sessions(scenario.job);
    const later = scenario.anotherJob();
    shareTemp(later, scenario.job);
    const { stdout } = await later.step({ uses: './list' });
    const masks = stdout.split('\n').slice(
      0,
      stdout.split('\n').findIndex((line) => !line.startsWith('::add-mask::')),
    );
    for (const part of token.replace('FlyV1 ', '').split(',')) {
      expect(masks).toContain(`::add-mask::${part}`);
      expect(later.mask(`<${part.slice(part.indexOf('_') + 1)}>`)).toBe('<***>');
    }
    expect(later.mask(`<${CREDENTIAL}>`)).toBe('<***>');
    expect(search.in(masks.join('\n'))).toEqual(
      expect.arrayContaining(['a permission token', 'a discharge', 'a credential']),
    );
  });
});

/** A fault whose answer holds whatever the request came with. */
function echo(path: string, status: number) {
  return ({ fly }: Scenario, token: string): void => {
    const ticket = JSON.stringify(token);
    fly.faults.push({ path, fault: { status, body: { error: `no: ${token} ${ticket} ${CREDENTIAL}` } } });
  };
}
