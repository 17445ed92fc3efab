import { onOneNode } from '../support/scenarios/nodes.js';
import { asked, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { sessionFiles } from '../support/scenarios/session.js';
import { pathsAsked } from '../support/scenarios/steps.js';

const SECRET = 'a-credential-of-the-own-third-party';
const settings = { own: { credential: `Bearer ${SECRET}` } };
const BOTH = { app: APP, thirdParty: ['aaa', 'own'] };

const auth = (
  { job, fly }: Scenario,
  credentials: Readonly<Record<string, string>>,
  token = fly.mintToken(BOTH),
) => job.step({ uses: './auth', with: { token, app: APP, ...credentials } });

/** What the request to each path brought along. */
const authorizations = ({ arrivals }: Scenario) =>
  Object.fromEntries(arrivals.map(({ path, headers }) => [path.split('/')[1], headers['authorization']]));

onOneNode('When a third party of the user wants a credential', (open) => {
  it('gets it at its own origin alone, and never the token', async () => {
    const scenario = await open({ settings });
    const { fly, job, url, arrivals } = scenario;
    const inner = fly.mintToken({ app: APP, thirdParty: 'aaa' });
    fly.origin = url.replace('127.0.0.1', 'localhost');
    const outer = fly.mintToken({ app: APP, thirdParty: 'own' });
    const credentials = `http://nobody.example: never-sent-anywhere-at-all\n${fly.origin}: ${SECRET}`;
    const token = `${inner},${outer.replace('FlyV1 ', '')}`;
    const result = await auth(scenario, { 'third-party-credentials': credentials }, token);
    expect(result.conclusion).toBe('success');
    const sent = arrivals.map(({ headers, path }) => [
      headers['host'],
      path.slice(0, 5),
      headers['authorization'],
    ]);
    expect(sent).toEqual(
      expect.arrayContaining([
        [new URL(url).host, '/aaa/', undefined],
        [new URL(fly.origin).host, '/own/', `Bearer ${SECRET}`],
      ]),
    );
    expect((await job.step({ uses: './list' })).conclusion).toBe('success');
    expect(arrivals).toHaveLength(3);
    expect(authorizations(scenario)['v1']).toMatch(/^FlyV1 (fm2_[\w+/=]+,){3}fm2_[\w+/=]+$/);
    expect(JSON.stringify(arrivals)).not.toContain('never-sent');
    expect(job.mask(`x ${SECRET} y`)).toBe('x *** y');
  });

  it('is not sent a credential that was given for another name of its host', async () => {
    const scenario = await open({ settings });
    const other = scenario.url.replace('127.0.0.1', 'localhost');
    const result = await auth(scenario, { 'third-party-credentials': `${other}: ${SECRET}` });
    expect(result.conclusion).toBe('failure');
    expect(authorizations(scenario)).toEqual({ own: undefined, aaa: undefined });
    expect(result.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(SECRET);
    expect(said(result, 'error')).toEqual([
      expect.stringMatching(
        /^third party refused: .*\/own\/v1: it answered 401: authentication required\. third-party-credentials is for http:\/\/localhost:\d+, but this third party is http:\/\/127/,
      ),
    ]);
    expect(said(result, 'warning')).toEqual([
      `No third party of the token is at ${other}, for which third-party-credentials has a line: it has one at ${scenario.url}.`,
    ]);
    expect(sessionFiles(scenario.job)).toEqual([]);
  });

  it('says that it refused the one that was given', async () => {
    const scenario = await open({ settings });
    const result = await auth(scenario, { 'third-party-credentials': `${scenario.url}: another-${SECRET}` });
    expect(said(result, 'warning')).toEqual([]);
    expect(said(result, 'error')).toEqual([expect.stringContaining(`for ${scenario.url} was refused`)]);
  });

  it('warns of a line that no third party of the token is there for', async () => {
    const scenario = await open({ settings });
    const token = scenario.fly.mintToken({ app: APP });
    const wrong = scenario.url.replace('http', 'https');
    const result = await auth(scenario, { 'third-party-credentials': `${wrong}: ${SECRET}` }, token);
    expect(result.conclusion).toBe('success');
    expect(said(result, 'warning')).toEqual([expect.stringContaining(`at ${wrong}, `)]);
  });

  it('has it again when a later step refreshes, and after another auth has joined', async () => {
    const scenario = await open({ settings });
    const token = scenario.fly.mintToken(BOTH);
    await auth(scenario, { 'third-party-credentials': `${scenario.url}: Bearer ${SECRET}` }, token);
    await auth(scenario, {}, token);
    expect(pathsAsked(scenario)).toHaveLength(2);
    scenario.shiftFlysClock(540_000);
    const result = await scenario.job.step({ uses: './stop', with: { machines: 'web-1' } });
    expect(result.conclusion).toBe('success');
    expect(asked(scenario.fly.requests).filter((line) => line.startsWith('POST /own'))).toEqual(
      Array(2).fill('POST /own/v1/.well-known/macfly/3p 201'),
    );
  });
});

onOneNode("When the token brings an OAuth token of Fly's along", (open) => {
  it('shows it to no third party but Fly itself', async () => {
    const scenario = await open();
    const token = `${scenario.fly.mintToken(BOTH)},fo1_an-oauth-token-of-the-user`;
    const result = await auth(scenario, {}, token);
    expect(result.conclusion).toBe('success');
    expect(authorizations(scenario)).toEqual({ aaa: undefined, own: undefined });
  });
});
