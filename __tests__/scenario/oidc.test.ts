import { onOneNode, sideBySide } from '../support/scenarios/nodes.js';
import { asked, said } from '../support/scenarios/results.js';
import { APP, type Scenario, type ScenarioOptions } from '../support/scenarios/scenario.js';
import { sessionFiles } from '../support/scenarios/session.js';

const INIT = '.well-known/macfly/3p';
const OIDC = { credential: 'oidc', lifetimeMs: 60_000 } as const;
const WITH_OIDC: ScenarioOptions = { idToken: true, settings: { own: OIDC } };
const BOTH = { app: APP, thirdParty: ['aaa', 'own'] };

const auth = (
  { job, fly, url }: Scenario,
  value = 'oidc',
  token = fly.mintToken(BOTH),
  more: Readonly<Record<string, string>> = {},
) =>
  job.step({
    uses: './auth',
    with: {
      token,
      app: APP,
      'third-party-credentials': `${url}: ${value}`,
      'refresh-before': '30s',
      ...more,
    },
  });

/** What was sent to whom: the path's beginning, and the kind of credential. */
const sent = ({ arrivals }: Scenario) =>
  arrivals.map(({ path, headers }) => {
    const [scheme = '', value = ''] = (headers['authorization'] ?? '-').split(' ');
    return `${path.split('?')[0]} ${scheme}${value.startsWith('eyJ') ? ' JWT' : ''}`;
  });

const webTokens = ({ arrivals }: Scenario) =>
  arrivals.flatMap(({ headers }) => /^Bearer (eyJ.*)$/.exec(headers['authorization'] ?? '')?.[1] ?? []);

onOneNode("When a third party of the user goes by the job's OIDC token", (open) => {
  it("is shown a new one for each discharge, beside Fly's own, for the whole job and its post", async () => {
    const scenario = await open({
      ...WITH_OIDC,
      apps: [{ name: APP, machines: [{ name: 'web-1', state: 'stopped' }] }],
    });
    const { job, fly } = scenario;
    expect(await auth(scenario)).toMatchObject({ conclusion: 'success', stderr: '' });
    // Not at the third party of Fly, which has the same origin here but is shown what that was given for.
    expect(sent(scenario).filter((it) => it.startsWith('/own'))).toEqual([`/own/v1/${INIT} Bearer JWT`]);
    expect(
      asked(fly.requests)
        .filter((it) => !it.startsWith('POST /aaa'))
        .map((it) => it.split('?')[0]),
    ).toEqual(expect.arrayContaining(['GET /github/token', `POST /own/v1/${INIT} 201`]));
    scenario.shiftFlysClock(45_000);
    const start = { machines: 'web-1', restore: 'true' };
    expect((await job.step({ uses: './start', with: start })).conclusion).toBe('success');
    scenario.shiftFlysClock(45_000);
    for (const { conclusion } of await job.post()) expect(conclusion).toBe('success');
    expect(job.status).toBe('success');
    expect(fly.machine(APP, 'web-1').state).toBe('stopped');
    const own = sent(scenario).filter((it) => it.startsWith('/own'));
    expect(own).toEqual(Array(3).fill(`/own/v1/${INIT} Bearer JWT`));
    expect(new Set(webTokens(scenario)).size).toBe(webTokens(scenario).length);
  });

  it('has the token, and what it is asked with, masked before either is used, and keeps neither', async () => {
    const scenario = await open(WITH_OIDC);
    const result = await auth(scenario);
    const masks = result.stdout.split('\n').filter((line) => line.startsWith('::add-mask::'));
    const secrets = [...webTokens(scenario), scenario.fly.github.ACTIONS_ID_TOKEN_REQUEST_TOKEN];
    expect(secrets.length).toBeGreaterThan(1);
    for (const secret of secrets) {
      expect(masks).toContain(`::add-mask::${secret}`);
      const rest = result.stdout.replaceAll(/^::add-mask::.*$/gm, '');
      for (const piece of secret.split('.').slice(-2))
        expect(rest + JSON.stringify(result.outputs)).not.toContain(piece);
      for (const { content } of scenario.job.files()) expect(content).not.toContain(secret);
    }
    expect(sessionFiles(scenario.job)[0]?.content).toContain(`${scenario.url}: oidc`);
    // The address that it is for stays readable.
    expect(masks.join('\n')).not.toContain(scenario.url);
  });

  it('takes another audience', async () => {
    const scenario = await open({
      idToken: true,
      settings: { own: { ...OIDC, oidcAudience: 'discharges' } },
    });
    const token = scenario.fly.mintToken({ app: APP, thirdParty: 'own' });
    expect((await auth(scenario, 'oidc discharges', token)).conclusion).toBe('success');
  });
});

const REFUSALS: readonly { what: string; options: ScenarioOptions; error: RegExp }[] = [
  {
    what: 'the job has no permission',
    options: { settings: { own: OIDC } },
    error: /^input: .*no OIDC token\. Give the job `permissions: \{ id-token: write \}`.*forks/,
  },
  {
    what: 'the policy does not allow the job',
    options: { ...WITH_OIDC, settings: { own: { ...OIDC, oidcClaims: 'ref=refs/heads/release' } } },
    error: /^third party refused: .*answered 403: identity not allowed.*policy has to allow this job/,
  },
  {
    what: 'the audience is another',
    options: { ...WITH_OIDC, settings: { own: { ...OIDC, oidcAudience: 'discharges' } } },
    error: /^third party refused: .*answered 401: invalid OIDC token\. .*audience `http.*\/own\/v1`/,
  },
  {
    what: 'GitHub refuses',
    options: { ...WITH_OIDC, faults: [{ path: '/github', fault: { status: 403, body: { message: 'no' } } }] },
    error: /^missing discharge: .*GitHub gave no OIDC token: it answered 403\. .*id-token: write/,
  },
  {
    what: 'GitHub answers nonsense',
    options: { ...WITH_OIDC, faults: [{ path: '/github', fault: 'garbage' }] },
    error: /^missing discharge: .*GitHub gave no OIDC token: .*githubstatus/,
  },
];

onOneNode('When there is no discharge for the OIDC token', (open) => {
  const refused = sideBySide(REFUSALS, async ({ options }) => {
    const scenario = await open(options);
    const token = scenario.fly.mintToken({ app: APP, thirdParty: 'own' });
    // GitHub is asked for half a minute, or as long as the step may take.
    const limit: Record<string, string> = options.faults === undefined ? {} : { timeout: '5s' };
    return { ...scenario, result: await auth(scenario, 'oidc', token, limit) };
  });

  it.each(REFUSALS)('fails auth, says what to change, and opens no session: $what', async (row) => {
    const { result, job } = await refused(row);
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '', state: {} });
    expect(said(result, 'error')).toEqual([expect.stringMatching(row.error)]);
    expect(sessionFiles(job)).toEqual([]);
  });

  it('is asked for again where GitHub is down for a moment', async () => {
    const faults = [{ path: '/github', times: 2, fault: { status: 502 } }];
    expect((await auth(await open({ ...WITH_OIDC, faults }))).conclusion).toBe('success');
  });

  it('ends at the deadline, and blames GitHub, where that does not answer', async () => {
    const scenario = await open({ ...WITH_OIDC, faults: [{ path: '/github', fault: 'hang' }] });
    const token = scenario.fly.mintToken({ app: APP, thirdParty: 'own' });
    const inputs = { token, app: APP, 'third-party-credentials': `${scenario.url}: oidc`, timeout: '2s' };
    const result = await scenario.job.step({ uses: './auth', with: inputs });
    expect(said(result, 'error')).toEqual([
      expect.stringMatching(
        /^timeout: .*no OIDC token for it from GitHub: not done within 2 s\. .*githubstatus/,
      ),
    ]);
  });
});
