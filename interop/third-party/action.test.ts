import { said } from '../../__tests__/support/scenarios/results.js';
import { createJob, type Job } from '../../runner/job.js';
import { record } from '../record.js';
import { type GoThirdParty, startGoThirdParty } from './go-third-party.js';

jest.setTimeout(300_000);

let go: GoThirdParty;
let cases = 0;
const jobs: Job[] = [];
beforeAll(async () => {
  go = await startGoThirdParty();
});
afterAll(async () => {
  for (const job of jobs) job.end();
  await go.stop();
  record({
    compared: 'the committed bundle: auth, then list',
    against: 'superfly/macaroon/tp and bundle v0.3.0',
    cases,
    result: 'agree',
  });
});

/** Creates a job whose Machines API uses Fly's own verification. */
function job(): Job {
  cases += 1;
  const created = createJob({ env: { FLY_FLAPS_BASE_URL: go.url } });
  jobs.push(created);
  return created;
}

/** Does what a person does who reads the notice. */
async function visit(kind: string, text: string, query: string): Promise<void> {
  const [url] = /http\S+\/user\/\S+/.exec(text) ?? [];
  if (kind === 'notice' && url !== undefined) await fetch(`${url}${query}`);
}

describe("when the committed bundle runs against Fly's own code", () => {
  it.each<[string, string[]]>([
    ['at once', ['immediate']],
    ['of several third parties, one at a relative poll URL', ['immediate', 'ready', 'relative']],
  ])('opens a session whose bundle verifies: %s', async (_, flows) => {
    const it = job();
    const token = await go.mint({ flows, user: 7 });
    const auth = await it.step({ uses: './auth', with: { token, app: 'shop', 'export-token': 'output' } });
    expect(said(auth, 'error')).toEqual([]);
    expect(await go.verify(auth.outputs['token'] ?? '')).toMatchObject({ missing: 0, refused: '' });
    const list = await it.step({ uses: './list' });
    expect(said(list, 'error')).toEqual([]);
    expect(JSON.parse(list.outputs['machine-ids'] ?? '')).toEqual(['148e1']);
    await it.post();
    expect(it.status).toBe('success');
  });

  it('opens one once a person has approved', async () => {
    const it = job();
    const token = await go.mint({ flows: ['immediate', 'user-interactive'], user: 7 });
    const auth = await it.step({
      uses: './auth',
      with: { token, app: 'shop', approve: 'true', 'export-token': 'output' },
      onLine: ({ kind, text }) => void visit(kind, text, ''),
    });
    expect(said(auth, 'error')).toEqual([]);
    expect(await go.verify(auth.outputs['token'] ?? '')).toMatchObject({ missing: 0, refused: '' });
    await it.post();
  });

  it('fails where the person refuses', async () => {
    const token = await go.mint({ flows: ['user-interactive'] });
    const auth = await job().step({
      uses: './auth',
      with: { token, app: 'shop', approve: 'true' },
      onLine: ({ kind, text }) => void visit(kind, text, '?no'),
    });
    expect(said(auth, 'error')).toEqual([
      expect.stringMatching(/^third party refused: .*answered 200: user rejected approval/),
    ]);
  });

  it.each([
    ['refused', /^third party refused: .*answered 403: no session for this ticket\. It wants a credential/],
    ['expired', /^third party refused: .*its discharge ended at \d{4}-.*Z already/],
    ['user-interactive', /wants a person to log in\. Give `approve: true`/],
  ])('fails auth and says why: %s', async (flow, error) => {
    const token = await go.mint({ flows: [flow] });
    const auth = await job().step({ uses: './auth', with: { token, app: 'shop' } });
    expect(auth.conclusion).toBe('failure');
    expect(said(auth, 'error')).toEqual([expect.stringMatching(error)]);
  });
});
