import {
  type InnerResult,
  type InnerScenario,
  inThisProcess,
} from '../../../support/scenarios/inner-scenario.js';
import { said } from '../../../support/scenarios/results.js';
import { APP } from '../../../support/scenarios/scenario.js';

const DEPLOY_TOKEN = /`fly tokens create deploy -a (?:<app>|my-app) -x 8760h`/;

const auth = ({ job }: InnerScenario, token: string) =>
  job.step({ uses: './auth', with: { token, app: APP } });

/** The one error of a red step. */
function errorOf(result: InnerResult): string {
  expect(result).toMatchObject({ conclusion: 'failure', stderr: '' });
  const errors = said(result, 'error');
  expect(errors).toHaveLength(1);
  return errors[0] ?? '';
}

inThisProcess('When the token can not be one of Fly', (open) => {
  it.each([
    ['a GitHub token', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
    ['a GitHub token', 'github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz'],
    ['a GitLab token', 'glpat-abcdefghij0123456789'],
    ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLWhlcmU'],
    ['an AWS access key', 'AKIAIOSFODNN7EXAMPLE'],
    ['a token of another service', 'sk_test_abcdefghij0123456789'],
    ['an AWS access key', '  "Bearer ASIAIOSFODNN7EXAMPLE"\n'],
  ])('names it and sends nothing: %s', async (name, token) => {
    const scenario = open();
    const result = await auth(scenario, token);
    expect(errorOf(result)).toMatch(`input: \`token\` is ${name}, not one of Fly.io. Make one with`);
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
    ['of a scheme alone', () => 'FlyV1', /`token` is empty once quotes and blanks are removed/],
    [
      'of a discharge alone',
      (_, discharge) => discharge,
      /holds discharges only, without the permission token that they belong to\. Store/,
    ],
  ])('says where it is broken and sends nothing: %s', async (_, spoil, expected) => {
    const scenario = open();
    const [token = '', discharge = ''] = scenario.fly.mintToken({ app: APP, withDischarge: true }).split(',');
    const error = errorOf(await auth(scenario, spoil(token, discharge)));
    expect(error).toMatch(/^input: `token` /);
    expect(error).toMatch(expected);
    expect(scenario.fly.requests).toEqual([]);
  });
});

/** The token with more bytes than it had, as good base64. */
function rewritten(token: string, more: readonly number[]): string {
  const bytes = Buffer.from(token.slice('FlyV1 fm2_'.length), 'base64');
  return `FlyV1 fm2_${Buffer.concat([bytes, Buffer.from(more)]).toString('base64')}`;
}
