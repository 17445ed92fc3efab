import type { TokenReport } from '../../src/permissions/report-shape.js';
import { LeakSearch } from '../support/scenarios/leaks.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { asked, lines, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { SECRETIVE, secretJob } from '../support/scenarios/secrets.js';

const DISCHARGE = 'POST /aaa/v1/.well-known/macfly/3p 201';
const CHANGING = 'start, stop, suspend, restart, cordon, uncordon, stop-idle, hours, warm-up, label';

const reportOf = ({ outputs }: { readonly outputs: Readonly<Record<string, string>> }): TokenReport =>
  JSON.parse(outputs['report'] ?? '');

onOneNode("When the job's own token is inspected", (open) => {
  it('takes no more than the session, and gives none of it away', async () => {
    const scenario = await open(SECRETIVE);
    const { inputs, run } = secretJob(scenario);
    await run({ uses: './auth', with: inputs });
    const before = scenario.fly.requests.length;
    const result = await run({ uses: './inspect' });
    expect(scenario.fly.requests.length - before).toBeLessThanOrEqual(2);
    const report = reportOf(result);
    expect(report).toMatchObject({ app: APP, oauth_tokens: 1 });
    expect(report.tokens[0]?.third_parties.map(({ state }) => state)).toEqual(['discharged', 'discharged']);
    expect(result.conclusion).toBe('success');
  });

  it('says what is missing where a credential is, without failing', async () => {
    const scenario = await open(SECRETIVE);
    const { token, run } = secretJob(scenario);
    const result = await run({ uses: './inspect', with: { token, app: APP } });
    const parties = reportOf(result).tokens[0]?.third_parties ?? [];
    expect(parties.map(({ state }) => state)).toEqual(['discharged', 'refused']);
    expect(parties[1]?.reason).toMatch(/^it answered 401: authentication required\. It wants a credential/);
    expect(result.conclusion).toBe('success');
  });

  it('tells what it is, as tables too, and is green where its third party refuses', async () => {
    const { job, fly } = await open({ settings: { aaa: { behaviour: 'refuse' } } });
    const token = fly.mintToken({ app: APP });
    const result = await job.step({ uses: './inspect', with: { token, app: APP } });
    expect(result).toMatchObject({ conclusion: 'success', stderr: '', state: {} });
    expect(lines(result).at(-1)).toMatch(/^token not usable now; on my-app it may not run any command, /);
    expect(said(result, 'warning')).toEqual([
      expect.stringMatching(/^third party refused: No discharge for the token: .*answered 403/),
    ]);
    expect(asked(fly.requests)).toEqual([expect.stringMatching(/3p 403$/)]);
    expect(reportOf(result).tokens.map(({ kind }) => kind)).toEqual(['deploy']);
    for (const part of [
      '### 🔴 inspect: the token may run 0 of ',
      '<b>What it may do on my-app',
      '| Third party | State |',
    ])
      expect(result.summary).toContain(part);
  });

  it('gives nothing away where Fly sends back what it was asked with', async () => {
    const { fly, job } = await open({ settings: { appNumbers: 'absent' } });
    const token = fly.mintToken({ app: APP, withDischarge: true });
    const search = new LeakSearch();
    search.token(token);
    fly.faults.push({
      path: '/v1/tokens',
      fault: { status: 400, body: JSON.stringify({ error: `not ${token}` }) },
    });
    const result = await job.step({ uses: './inspect', with: { token, app: APP } });
    expect(said(result, 'warning')).toEqual([expect.stringMatching(/Fly answered 400: not /)]);
    expect([...search.printed(result), ...search.left(result)]).toEqual([]);
    expect(result.conclusion).toBe('success');
  });

  it('does without an app, and asks Fly only what the token is for', async () => {
    const { job, fly } = await open();
    const token = fly.mintToken({ app: APP, actions: 'r' });
    const result = await job.step({ uses: './inspect', with: { token } });
    expect(asked(fly.requests)).toEqual([DISCHARGE, 'GET /v1/tokens/current 200']);
    expect(lines(result)).toContain('app my-app of organization my-org');
    expect(lines(result).at(-1)).toMatch(
      new RegExp(`on any app it may not ${CHANGING}; set one \`app\` for an answer on list, wait, exec, `),
    );
    expect(result.conclusion).toBe('success');
  });

  it('is what it was for a token that can not be read: an error of input', async () => {
    const { job, fly } = await open();
    const result = await job.step({ uses: './inspect', with: { token: 'FlyV1 fm2_AAAA', app: APP } });
    expect(said(result, 'error')).toEqual([expect.stringMatching(/^input: `token` can't be read/)]);
    expect(fly.requests).toEqual([]);
    expect(result.conclusion).toBe('failure');
  });
});

onOneNode('When a step may not do what it is asked to', (open) => {
  const stop = ({ job, fly }: Scenario, inputs: Readonly<Record<string, string>>) => {
    const token = fly.mintToken({ app: APP, actions: 'r' });
    return job.step({ uses: './stop', with: { token, app: APP, machines: 'all', ...inputs } });
  };

  it('warns in a dry run, for which reading is enough', async () => {
    const result = await stop(await open(), { 'dry-run': 'true' });
    expect(said(result, 'warning')).toEqual([expect.stringMatching(/^A real run would be refused\. /)]);
    expect(result.conclusion).toBe('success');
  });

  it('says so before anything is sent', async () => {
    const scenario = await open();
    const result = await stop(scenario, {});
    expect(said(result, 'error')).toEqual([
      expect.stringMatching(
        /^forbidden: The token may not stop machines, because of “only app \d+ \(read\)” \(Apps\)\. Make one that may with `fly tokens create deploy -a my-app -x 8760h`\.$/,
      ),
    ]);
    expect(scenario.fly.requests).toEqual([]);
    expect(result.conclusion).toBe('failure');
  });
});
