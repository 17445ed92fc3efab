import type { StepResult } from '../../runner/step-result.js';
import { APP, type Scenario } from '../support/scenario.js';
import { onOneNode } from '../support/scenario-nodes.js';
import { asked, lines, said } from '../support/scenario-results.js';

const DEPLOY_TOKEN = /`fly tokens create deploy -a (?:<app>|my-app) -x 8760h`/;

const auth = ({ job }: Scenario, token: string) => job.step({ uses: './auth', with: { token, app: APP } });

/** The one error of a red step. */
function errorOf(result: StepResult): string {
  expect(result).toMatchObject({ conclusion: 'failure', stderr: '' });
  const errors = said(result, 'error');
  expect(errors).toHaveLength(1);
  return errors[0] ?? '';
}

onOneNode('When the token can not be one of Fly', (open) => {
  it.each([
    ['a GitHub token', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
    ['a GitHub token', 'github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz'],
    ['a GitLab token', 'glpat-abcdefghij0123456789'],
    ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLWhlcmU'],
    ['an AWS access key', 'AKIAIOSFODNN7EXAMPLE'],
    ['an AWS access key', '  "Bearer ASIAIOSFODNN7EXAMPLE"\n'],
  ])('names it and sends nothing: %s', async (name, token) => {
    const scenario = await open();
    const result = await auth(scenario, token);
    expect(errorOf(result)).toMatch(`input: The token is ${name}, not one of Fly.io. Make one with`);
    expect(errorOf(result)).toMatch(DEPLOY_TOKEN);
    expect(scenario.fly.requests).toEqual([]);
    expect(result.outputs['expires-at']).toBe('');
  });

  it.each<[string, (token: string, discharge: string) => string, RegExp]>([
    [
      'cut off within four characters',
      (token) => token.slice(0, -7),
      /part 1: not standard base64; was it cut off when it was copied\? Store/,
    ],
    [
      'cut off behind its label',
      () => 'FlyV1 fm2_',
      /part 1: nothing behind its label; damaged when it was copied\? Store/,
    ],
    [
      'cut off after four characters',
      (token) => token.slice(0, 90),
      /part 1: .* is cut off; damaged when it was copied\? Store/,
    ],
    ['longer than it says', (token) => rewritten(token, [0]), /part 1: .*\? Store/],
    ['of a scheme alone', () => 'FlyV1', /token is empty once quotes and blanks are removed/],
    [
      'of a discharge alone',
      (_, discharge) => discharge,
      /holds discharges only, without the permission token that they belong to\. Store/,
    ],
  ])('says where it is broken and sends nothing: %s', async (_, spoil, expected) => {
    const scenario = await open();
    const [token = '', discharge = ''] = scenario.fly.mintToken({ app: APP, withDischarge: true }).split(',');
    const error = errorOf(await auth(scenario, spoil(token, discharge)));
    expect(error).toMatch(/^input: The token /);
    expect(error).toMatch(expected);
    expect(scenario.fly.requests).toEqual([]);
  });
});

onOneNode('When a token has a shape of its own', (open) => {
  it('goes out as Bearer, with a warning', async () => {
    const scenario = await open();
    const token = 'a-token-of-tomorrow-0123456789';
    scenario.fly.userTokens.add(token);
    const result = await scenario.job.step({ uses: './list', with: { token, app: APP } });
    expect(scenario.arrivals.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${token}`]);
    expect(said(result, 'warning')).toEqual([
      expect.stringContaining('none of the shapes that Fly gives out'),
    ]);
    expect(result.conclusion).toBe('success');
  });

  it('is sent as it came where one part can not be read beside one that can, with a warning', async () => {
    const scenario = await open();
    const token = `${scenario.fly.mintToken({ app: APP, withDischarge: true })},fm2_not-base64-at-all`;
    const result = await scenario.job.step({ uses: './list', with: { token, app: APP } });
    expect(scenario.arrivals[0]?.headers['authorization']).toContain('fm2_not-base64-at-all');
    expect(said(result, 'warning')).toEqual([
      expect.stringMatching(/^Part 3 of the token can't be read \(not standard/),
    ]);
    expect(result.conclusion).toBe('success');
  });
});

onOneNode('When the token has ended', (open) => {
  it('asks the server for its time once, says when it ended, and sends the token nowhere', async () => {
    const scenario = await open();
    const token = scenario.fly.mintToken({ app: APP, expires: 1_700_000_000 });
    const error = errorOf(await auth(scenario, token));
    expect(error).toMatch(/^token expired: The token ended at 2023-11-14T22:13:20Z\. Make a new one/);
    expect(error).toMatch(DEPLOY_TOKEN);
    expect(asked(scenario.fly.requests)).toEqual(['GET / 404']);
    expect(scenario.arrivals[0]?.headers).not.toHaveProperty('authorization');
  });

  it("has not when only the runner's clock says so", async () => {
    const scenario = await open();
    scenario.shiftFlysClock(-86_400_000);
    const inAnHour = Math.floor(scenario.fly.clock.now() / 1000) + 3600;
    const token = scenario.fly.mintToken({ app: APP, expires: inAnHour });
    const result = await scenario.job.step({ uses: './list', with: { token, app: APP } });
    expect(asked(scenario.fly.requests)).toEqual([
      'GET / 404',
      'POST /aaa/v1/.well-known/macfly/3p 201',
      `GET /v1/apps/${APP}/machines 200`,
    ]);
    expect(lines(result)[1]).toMatch(/^Discharge of .* acquired, valid until .* \(10 min/);
    expect(result.conclusion).toBe('success');
  });
});

/** The token with more bytes than it had, as good base64. */
function rewritten(token: string, more: readonly number[]): string {
  const bytes = Buffer.from(token.slice('FlyV1 fm2_'.length), 'base64');
  return `FlyV1 fm2_${Buffer.concat([bytes, Buffer.from(more)]).toString('base64')}`;
}
