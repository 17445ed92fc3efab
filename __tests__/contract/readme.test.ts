import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { systemClock } from '../../emulator/clock.js';
import { createFly } from '../../emulator/fly.js';
import { systemRandom } from '../../emulator/random.js';
import { serve } from '../../emulator/server.js';
import { createJob } from '../../runner/job.js';
import type { StepResult } from '../../runner/step-result.js';
import { ERROR_CLASSES } from '../../src/errors.js';
import { listen } from '../support/fakes/http-server.js';

interface WorkflowStep {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, string | number | boolean>;
}

interface Workflow {
  readonly jobs: Record<
    string,
    { readonly steps: readonly WorkflowStep[]; readonly permissions?: Record<string, string> }
  >;
}

const readme = readFileSync('README.md', 'utf8');
const workflows = [...readme.matchAll(/^```yaml\n(.*?)^```/gms)].map(
  ([, text = '']) => parse(text) as Workflow,
);
const OURS = /^OWNER\/fly-machines-action(\/[\w-]+)?@v1$/;

describe('when the workflows of the README run as they stand', () => {
  it('are there', () => {
    expect(workflows.length).toBeGreaterThan(4);
  });

  it.each(workflows.map((workflow, index) => [index + 1, workflow] as const))(
    'workflow %i succeeds',
    async (_, workflow) => {
      const fly = createFly({
        clock: systemClock,
        random: systemRandom,
        apps: [
          {
            name: 'my-app',
            machines: [
              { region: 'fra' },
              { region: 'iad', state: 'stopped', config: { checks: { alive: { type: 'tcp', port: 8080 } } } },
              { id: '148e21ea7e4689', processGroup: 'worker', state: 'stopped' },
              { name: 'worker-2', processGroup: 'worker', metadata: { keep: 'true', sleeps: 'yes' } },
            ],
          },
          { name: 'staging-web', machines: Array.from({ length: 8 }, () => ({})) },
          { name: 'staging-billing', machines: [{}] },
        ],
        settings: {
          bootMs: 10,
          stopMs: 10,
          suspendMs: 10,
          metricsAccess: 'allowed',
          own: { credential: 'oidc' },
        },
      });
      const server = await serve(fly);
      const app = await listen((_, response) => response.end('up'));
      const tokens = {
        FLY_DEPLOY_TOKEN: fly.mintToken({ app: 'my-app', actions: 'rC' }),
        FLY_ORG_TOKEN: fly.mintToken(),
        FLY_CAVEATED_TOKEN: fly.mintToken({ app: 'my-app', actions: 'rC', thirdParty: ['aaa', 'own'] }),
      };
      const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = fly.github;
      const results: StepResult[] = [];
      try {
        for (const { steps, permissions } of Object.values(workflow.jobs)) {
          const job = createJob({
            secrets: Object.values(tokens),
            env: { FLY_FLAPS_BASE_URL: server.url },
            ...(permissions?.['id-token'] === 'write' && { idToken: { url, token } }),
          });
          for (const { uses = '', id, if: condition = 'true', with: inputs = {} } of steps) {
            const ours = OURS.exec(uses);
            if (ours === null || evaluate(bare(condition), tokens) !== 'true') continue;
            const given = Object.entries(inputs).map(([name, value]) => [
              name,
              fill(String(value), tokens)
                .replace('https://discharge.example.com', server.url)
                .replace('https://my-app.fly.dev', app.url.origin),
            ]);
            results.push(
              await job.step({
                uses: `.${ours[1] ?? '/'}`,
                with: Object.fromEntries(given),
                ...(id && { id }),
              }),
            );
          }
          results.push(...(await job.post()));
          job.end();
        }
      } finally {
        await app.close();
        await server.close();
      }
      expect(results.length).toBeGreaterThan(0);
      for (const { conclusion, name, log } of results)
        expect({ name, log, conclusion }).toMatchObject({ conclusion: 'success' });
    },
  );

  it('use our own actions wherever they use one', () => {
    const used = workflows.flatMap(({ jobs }) =>
      Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? [])),
    );
    expect(used.filter((uses) => !OURS.test(uses))).toEqual([]);
  });
});

it('every class of error has a line in the README that says what to do', () => {
  const missing = ERROR_CLASSES.filter((it) => !readme.includes(`| \`${it}:\``));
  expect(missing).toEqual([]);
});

it('names the two commands that show and prove it', () => {
  expect(readme).toContain('npm ci && npm run demo');
  expect(readme).toContain('npm ci && npm test');
});

it('hands each variable to act with its value, which act would empty otherwise, and itself instead of what is published', () => {
  const [line = ''] = /`act -P [^`]*`/.exec(readme) ?? [];
  expect(line).toContain('--local-repository OWNER/fly-machines-action@v1=');
  const given = [...line.matchAll(/--(?:env|secret) (\S+)/g)].map(([, pair = '']) => pair.replace(/`$/, ''));
  expect(given).toHaveLength(2);
  for (const pair of given) expect(pair).toMatch(/^\w+="\$\w+"$/);
});

/** Fills in the expressions of an input. */
function fill(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => evaluate(expression, tokens));
}

function bare(condition: string): string {
  return /^\$\{\{\s*(.*?)\s*\}\}$/.exec(condition)?.[1] ?? condition;
}

/** The expressions that the README's workflows use; another one is an error here rather than an odd failure later. */
function evaluate(expression: string, tokens: Readonly<Record<string, string>>): string {
  const known = {
    ...Object.fromEntries(Object.entries(tokens).map(([name, token]) => [`secrets.${name}`, token])),
    true: 'true',
    'matrix.id': '148e21ea7e4689',
    'strategy.job-index': '0',
    'strategy.job-total': '4',
    'inputs.command': 'restart',
    'inputs.machine': 'worker-2',
    'inputs.app': 'my-app',
    'inputs.hours': 'Mon-Fri 07:30-18:00 Europe/Berlin',
    'inputs.end': 'false',
    '!inputs.end': 'true',
    // As a cron has it.
    'inputs.dry-run || false': 'false',
    // As the evening's cron, and no pull request.
    "github.event.schedule == '57 6 * * 1-5'": 'false',
    "github.event.schedule == '3 19 * * 1-5' || github.event_name == 'workflow_dispatch'": 'true',
    "github.event_name == 'pull_request'": 'false',
    "github.event_name == 'workflow_dispatch'": 'true',
  }[expression];
  if (known !== undefined) return known;
  throw new Error(`the README uses the expression ${expression}, which this test doesn't know`);
}
