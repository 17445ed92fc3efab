import type { StepResult } from '../../runner/step-result.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { asked, lines, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';

const DEPLOY_TOKEN = /`fly tokens create deploy -a (?:<app>|my-app) -x 8760h`/;

const auth = ({ job }: Scenario, token: string) => job.step({ uses: './auth', with: { token, app: APP } });

/** The one error of a red step. */
function errorOf(result: StepResult): string {
  expect(result).toMatchObject({ conclusion: 'failure', stderr: '' });
  const errors = said(result, 'error');
  expect(errors).toHaveLength(1);
  return errors[0] ?? '';
}

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
