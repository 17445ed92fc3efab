import type { GivenSettings } from '../../../../emulator/settings.js';
import type { TokenOptions } from '../../../../emulator/tokens.js';
import { checkSummary } from '../../../../fuzz/check-summary.js';
import { parseAction } from '../../../../src/macaroon/action-mask.js';
import type { TokenReport } from '../../../../src/permissions/report-shape.js';
import { readable } from '../../../support/pages.js';
import { inThisProcess } from '../../../support/scenarios/inner-scenario.js';
import { asked, lines, said } from '../../../support/scenarios/results.js';
import { APP } from '../../../support/scenarios/scenario.js';

const DISCHARGE = 'POST /aaa/v1/.well-known/macfly/3p 201';
const APP_READ = `GET /v1/apps/${APP} 200`;
const NAMES = 'GET /v1/tokens/current 200';
const CHANGING = 'start, stop, suspend, restart, cordon, uncordon, stop-idle, hours, warm-up, label';
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
    sent: [DISCHARGE, APP_READ, NAMES],
  },
  {
    what: 'an org token',
    token: {},
    kind: 'org',
    line: /it may run every command, /,
    warnings: [
      /an org token, which may change other apps than my-app\. .*`fly tokens create deploy -a my-app -x 8760h`/,
    ],
    sent: [DISCHARGE, APP_READ, NAMES],
  },
  {
    what: 'a read-only token',
    token: { actions: 'r' },
    kind: 'read-only',
    line: new RegExp(`it may list, wait; may not ${CHANGING}; Fly must say whether it may exec, `),
    warnings: [],
    sent: [DISCHARGE, APP_READ, NAMES],
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
    sent: [DISCHARGE, APP_READ, NAMES],
  },
  {
    what: 'a token whose app Fly does not number',
    token: ofApp,
    settings: { appNumbers: 'absent' },
    kind: 'deploy',
    line: /it may list, wait, start, stop, .*; Fly must say whether it may cordon, uncordon, hours, exec, label, /,
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
];

const reportOf = ({ outputs }: { readonly outputs: Readonly<Record<string, string>> }): TokenReport =>
  JSON.parse(outputs['report'] ?? '');

inThisProcess('When a token is inspected', (open) => {
  const inspect = async ({ token, settings = {} }: Row) => {
    const scenario = open({ settings });
    const text = scenario.fly.mintToken(token);
    const result = await scenario.job.step({ uses: './inspect', with: { token: text, app: APP } });
    return { ...scenario, result };
  };

  it.each(ROWS)('tells what it is, and is green: $what', async (row) => {
    const { result, fly } = await inspect(row);
    expect(result).toMatchObject({ conclusion: 'success', stderr: '' });
    expect(lines(result).at(-1)).toMatch(row.line);
    expect(said(result, 'warning')).toEqual(row.warnings.map((it) => expect.stringMatching(it)));
    expect(asked(fly.requests)).toEqual(
      row.sent.map((it) => (typeof it === 'string' ? it : expect.stringMatching(it))),
    );
    expect(reportOf(result).tokens.map(({ kind }) => kind)).toEqual([row.kind]);
  });

  it.each(ROWS)('shows it as tables: $what', async (row) => {
    const { result } = await inspect(row);
    const [token] = reportOf(result).tokens;
    const shown = readable(result.summary);
    expect(shown).toMatch(/^### . inspect: /u);
    expect(shown).toContain(`<br><code>${token?.uuid}</code> | `);
    expect(shown).toContain('\n<b>What it may do on my-app');
    expect(shown).toContain('\n| Caveat | As JSON |');
    expect(shown).toContain('\n| Third party | State |');
    checkSummary(result.summary);
  });

  it('asks Fly with the token in the body alone of what it sends to nobody else', async () => {
    const [row] = ROWS.filter(({ settings }) => settings?.appNumbers === 'absent');
    if (row === undefined) throw new Error('there is no such row');
    const { arrivals } = await inspect(row);
    const question = arrivals.find(({ path }) => path === '/v1/tokens/authorize');
    expect(JSON.parse(question?.body ?? '')).toEqual({
      header: expect.stringMatching(/^FlyV1 fm2_/),
      access: { app_name: APP, action: 'C' },
    });
  });
});
