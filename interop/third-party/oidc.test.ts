import { said } from '../../__tests__/support/scenarios/results.js';
import { systemClock } from '../../emulator/clock.js';
import { createFly, type Fly } from '../../emulator/fly.js';
import { systemRandom } from '../../emulator/random.js';
import { type Server, serve } from '../../emulator/server.js';
import { createJob } from '../../runner/job.js';
import { record } from '../record.js';
import { type GoThirdParty, startGoThirdParty } from './go-third-party.js';

jest.setTimeout(300_000);

let fly: Fly;
let github: Server;
let go: GoThirdParty;
let cases = 0;
beforeAll(async () => {
  fly = createFly({ clock: systemClock, random: systemRandom });
  github = await serve(fly);
  go = await startGoThirdParty(`${github.url}/github`);
});
afterAll(async () => {
  await go.stop();
  await github.close();
  record({
    compared: "the committed bundle: auth with the job's OIDC token, of the emulated GitHub",
    against: 'coreos/go-oidc v3.21.0 and superfly/macaroon/tp v0.3.0',
    cases,
    result: 'agree',
  });
});

async function auth(value: string, claims: string) {
  cases += 1;
  fly.settings.githubClaims = claims;
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = fly.github;
  const job = createJob({ env: { FLY_FLAPS_BASE_URL: go.url }, idToken: { url, token: secret } });
  const token = await go.mint({ flows: ['immediate', 'oidc'], user: 7 });
  const credentials = { 'third-party-credentials': `${go.url}: ${value}` };
  const inputs = { token, app: 'shop', 'export-token': 'output', ...credentials };
  const result = await job.step({ uses: './auth', with: inputs });
  job.end();
  return result;
}

describe("when a third party of Fly's own package goes by OIDC tokens", () => {
  it('gives the committed bundle a discharge that verifies', async () => {
    const result = await auth('oidc', 'repository=octocat/hello-world');
    expect(said(result, 'error')).toEqual([]);
    expect(await go.verify(result.outputs['token'] ?? '')).toMatchObject({ missing: 0, refused: '' });
  });

  it.each([
    ['oidc elsewhere', 'repository=octocat/hello-world', /answered 401: invalid OIDC token\..*`elsewhere`/],
    ['oidc', 'repository=octocat/other', /answered 403: identity not allowed\. Its policy has to allow/],
  ])(
    'refuses a token for another audience or of another repository: %s, %s',
    async (value, claims, error) => {
      expect(said(await auth(value, claims), 'error')).toEqual([expect.stringMatching(error)]);
    },
  );
});
