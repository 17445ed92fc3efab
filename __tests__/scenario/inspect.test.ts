import type { GivenSettings } from '../../emulator/settings.js';
import type { TokenOptions } from '../../emulator/tokens.js';
import { parseAction } from '../../src/macaroon/action-mask.js';
import type { TokenReport } from '../../src/permissions/report-shape.js';
import { APP, type Scenario } from '../support/scenario.js';
import { LeakSearch } from '../support/scenario-leaks.js';
import { onOneNode, sideBySide } from '../support/scenario-nodes.js';
import { asked, lines, said } from '../support/scenario-results.js';
import { SECRETIVE, secretJob } from '../support/scenario-secrets.js';

const DISCHARGE = 'POST /aaa/v1/.well-known/macfly/3p 201';
const APP_READ = `GET /v1/apps/${APP} 200`;
const CHANGING = 'start, stop, suspend, restart, cordon, uncordon, stop-idle, warm-up';
const READ = parseAction('r');
const ofApp: TokenOptions = { app: APP };

interface Row {
  readonly what: string;
  readonly token: TokenOptions;
  readonly settings?: GivenSettings;
  readonly kind: string;
  /** The log's last line, as far as it is of the token. */
  readonly line: RegExp;
  readonly warnings: readonly RegExp[];
  /** Requests that were answered. */
  readonly sent: readonly (string | RegExp)[];
}

const ROWS: readonly Row[] = [
  {
    what: 'a deploy token',
    token: ofApp,
    kind: 'deploy',
    line: /^token usable until .* and refreshed before; on my-app \(app \d+\) it may run every command, /,
    warnings: [],
    sent: [DISCHARGE, APP_READ],
  },
  {
    what: 'an org token',
    token: {},
    kind: 'org',
    line: /it may run every command, /,
    warnings: [
      /an org token, which may change other apps than my-app\. .*`fly tokens create deploy -a my-app -x 8760h`/,
    ],
    sent: [DISCHARGE, APP_READ],
  },
  {
    what: 'a read-only token',
    token: { actions: 'r' },
    kind: 'read-only',
    line: new RegExp(`it may list, wait; may not ${CHANGING}; Fly must say whether it may exec, `),
    warnings: [],
    sent: [DISCHARGE, APP_READ],
  },
  {
    what: 'a machine-exec token',
    token: {
      ...ofApp,
      extraCaveats: [
        {
          name: 'IfPresent',
          body: { ifs: [{ name: 'Commands', body: [{ args: ['ls'], exact: false }] }], else: READ },
        },
      ],
    },
    kind: 'machine-exec',
    line: new RegExp(`it may list, wait; may exec \\(only \\["ls"\\]\\); may not ${CHANGING}, `),
    warnings: [],
    sent: [DISCHARGE, APP_READ],
  },
  {
    what: 'a token whose app Fly does not number',
    token: ofApp,
    settings: { appNumbers: 'absent' },
    kind: 'deploy',
    line: /it may list, wait, start, stop, .*; Fly must say whether it may cordon, uncordon, exec, /,
    warnings: [],
    sent: [DISCHARGE, APP_READ, 'POST /v1/tokens/authorize 200'],
  },
  {
    what: 'a token that has ended',
    token: { ...ofApp, expires: 1_700_000_000 },
    kind: 'deploy',
    line: /^token not usable now; on my-app it may not run any command, /,
    warnings: [/^token expired: The token ended at 2023-11-14T22:13:20Z\. Make a new one/],
    sent: ['GET / 404'],
  },
  {
    what: 'a token whose third party refuses',
    token: ofApp,
    settings: { aaa: { behaviour: 'refuse' } },
    kind: 'deploy',
    line: /^token not usable now; on my-app it may not run any command, /,
    warnings: [/^third party refused: No discharge for the token: .*answered 403/],
    sent: [/3p 403$/],
  },
];

const reportOf = ({ outputs }: { readonly outputs: Readonly<Record<string, string>> }): TokenReport =>
  JSON.parse(outputs['report'] ?? '');

onOneNode('When a token is inspected', (open) => {
  const inspected = sideBySide(ROWS, async ({ token, settings = {} }) => {
    const scenario = await open({ settings });
    const text = scenario.fly.mintToken(token);
    const result = await scenario.job.step({ uses: './inspect', with: { token: text, app: APP } });
    const search = new LeakSearch();
    search.token(text);
    return { ...scenario, result, leaks: [...search.printed(result), ...search.left(result)] };
  });

  it.each(ROWS)('tells what it is, and is green: $what', async (row) => {
    const { result, fly, leaks } = await inspected(row);
    expect(result).toMatchObject({ conclusion: 'success', stderr: '', state: {} });
    expect(lines(result).at(-1)).toMatch(row.line);
    expect(said(result, 'warning')).toEqual(row.warnings.map((it) => expect.stringMatching(it)));
    expect(asked(fly.requests)).toEqual(
      row.sent.map((it) => (typeof it === 'string' ? it : expect.stringMatching(it))),
    );
    expect(reportOf(result).tokens.map(({ kind }) => kind)).toEqual([row.kind]);
    expect(leaks).toEqual([]);
  });

  it.each(ROWS)('shows it as tables: $what', async (row) => {
    const { result } = await inspected(row);
    const [token] = reportOf(result).tokens;
    expect(result.summary).toContain('### Fly machines: inspect');
    expect(result.summary).toContain(`| ${token?.uuid} | `);
    expect(result.summary).toContain('| What it may do on my-app');
    expect(result.summary).toContain('| Caveat | As JSON |');
    expect(result.summary).toContain('| Third party | State |');
  });

  it('asks Fly with the token in the body alone of what it sends to nobody else', async () => {
    const [row] = ROWS.filter(({ settings }) => settings?.appNumbers === 'absent');
    if (row === undefined) throw new Error('there is no such row');
    const { arrivals } = await inspected(row);
    const question = arrivals.find(({ path }) => path === '/v1/tokens/authorize');
    expect(JSON.parse(question?.body ?? '')).toEqual({
      header: expect.stringMatching(/^FlyV1 fm2_/),
      access: { app_name: APP, action: 'C' },
    });
  });
});

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

  it('does without an app, and asks Fly nothing then', async () => {
    const { job, fly } = await open();
    const token = fly.mintToken({ app: APP, actions: 'r' });
    const result = await job.step({ uses: './inspect', with: { token } });
    expect(asked(fly.requests)).toEqual([DISCHARGE]);
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
