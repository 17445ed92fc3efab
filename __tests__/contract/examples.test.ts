import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from '@badrap/valita';
import { parse } from 'yaml';
import { APPS } from '../../interop/workflows/recipes/fleet.js';
import { outcomeOf } from '../../interop/workflows/recipes/outcomes/all.js';
import { startRecipeFly } from '../../interop/workflows/recipes/recipe-fly.js';
import { triggerName, triggersOf } from '../../interop/workflows/recipes/triggers.js';
import { bringsFly, readExamples, renewExamples } from '../../scripts/examples.js';
import { readPages, wholeWorkflow, yamlBlocks } from '../../scripts/pages.js';
import { COMMANDS } from '../../src/command-table.js';
import { OURS, runWorkflow } from '../support/workflow/run-workflow.js';

const Step = v.object({ uses: v.string().optional(), with: v.record(v.unknown()).optional() });
const Workflow = v.object({
  name: v.string(),
  on: v.unknown(),
  permissions: v.record(v.string()),
  concurrency: v.unknown().optional(),
  jobs: v.record(
    v.object({
      permissions: v.record(v.string()).optional(),
      concurrency: v.unknown().optional(),
      steps: v.array(Step),
    }),
  ),
});

const examples = readExamples().map((example) => ({
  ...example,
  workflow: Workflow.parse(parse(example.text), { mode: 'strip' }),
}));
const runs = examples
  .filter((it) => !bringsFly(it))
  .flatMap(({ name, text }) =>
    triggersOf(text).map((trigger) => [name, triggerName(trigger), { text, trigger }] as const),
  );

describe('when an example runs as it stands', () => {
  it.concurrent.each(runs)(
    '%s on %s succeeds and changes what it should',
    async (name, on, { text, trigger }) => {
      const { settings, requests, moved } = outcomeOf(name, on);
      const server = await startRecipeFly(APPS, settings);
      const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = server.fly.github;
      const local = text
        .replaceAll('https://discharge.example.com', server.url)
        .replaceAll('https://my-app.fly.dev', server.appUrl);
      try {
        const { FLY_FLAPS_BASE_URL = '' } = server.env;
        const results = await runWorkflow(local, trigger, {
          secrets: server.secrets,
          env: { FLY_FLAPS_BASE_URL },
          idToken: { url, token },
        });
        expect(results.length).toBeGreaterThan(0);
        for (const { name: step, conclusion, log } of results)
          expect({ step, log, conclusion }).toMatchObject({ conclusion: 'success' });
        expect(server.changes()).toEqual({ requests, moved });
      } finally {
        await server.close();
      }
    },
  );
});

describe('when somebody copies an example', () => {
  it.each(examples)('$name gives the job no more of GitHub than it needs', ({ text, workflow }) => {
    const needs = /GH_TOKEN|actions\/checkout|: oidc/.test(text);
    const given = Object.values(workflow.jobs).flatMap(({ permissions = {} }) => Object.keys(permissions));
    expect(workflow.permissions).toEqual({});
    expect(given).toHaveLength(needs ? 1 : 0);
  });

  it.each(examples)('$name shares a turn with others where it changes machines', ({ workflow }) => {
    const alone = Object.entries(workflow.jobs).filter(
      ([, job]) => job.steps.some(changes) && (workflow.concurrency ?? job.concurrency) === undefined,
    );
    expect(alone.map(([name]) => name)).toEqual([]);
  });

  it.each(examples)('$name uses our own actions, or those of GitHub', ({ workflow }) => {
    const used = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(used.filter((uses) => !OURS.test(uses) && !uses.startsWith('actions/'))).toEqual([]);
  });

  const clocks = examples.filter(({ text }) => text.includes('cron:'));

  it.each(clocks)('$name changes nothing when it is tried by hand', ({ name, workflow }) => {
    expect(workflow.on).toHaveProperty('workflow_dispatch');
    expect(outcomeOf(name, 'workflow_dispatch')).toMatchObject({ requests: {}, moved: {} });
  });
});

describe('when somebody reads a page', () => {
  const pages = readPages();

  it.each(pages)('$path has the examples as their files have them; else run npm run generate', ({ text }) => {
    expect(renewExamples(text, examples)).toBe(text);
  });

  it('every whole workflow is one of the examples', () => {
    const strange = pages.flatMap((page) =>
      yamlBlocks(page)
        .filter((block) => wholeWorkflow(block) === block)
        .filter((block) => !examples.some(({ text }) => text.trim() === block.trim()))
        .map((block) => `${page.path}: ${block}`),
    );
    expect(strange).toEqual([]);
  });

  it.each(examples)('$name has a page of its own, and the index leads to it', ({ name }) => {
    const page = name.replace(/yml$/, 'md');
    const text = readFileSync(join('docs', 'recipes', page), 'utf8');
    expect(text).toContain(`<!-- example: ${name} -->\n`);
    for (const heading of ['# ', '## What you will see\n', '## What may go wrong\n', '## See also\n'])
      expect(`\n${text}`).toContain(`\n${heading}`);
    expect(readFileSync(join('docs', 'recipes', 'README.md'), 'utf8')).toContain(`](${page})`);
  });
});

describe('when an example is embedded', () => {
  const example = {
    name: 'a.yml',
    text: 'on: push\njobs:\n  a:\n    steps:\n      - run: b\n\n      - run: c\n  d: e\n',
  };
  const marked = (marker: string, text: string) =>
    `x\n<!-- example: ${marker} -->\n${text}<!-- end of example -->\ny`;

  it('stands there whole', () => {
    const page = renewExamples(marked('a.yml', 'old\n'), [example]);
    expect(page).toBe(marked('a.yml', `\`\`\`yaml\n${example.text}\`\`\`\n`));
    expect(renewExamples(page, [example])).toBe(page);
  });

  it('stands there with the block of one key, as far left as it can', () => {
    const page = renewExamples(marked('a.yml steps', ''), [example]);
    expect(page).toBe(marked('a.yml steps', '```yaml\nsteps:\n  - run: b\n\n  - run: c\n```\n'));
  });

  it('is an error where there is no such file or key', () => {
    expect(() => renewExamples(marked('b.yml', ''), [example])).toThrow('examples/b.yml');
    expect(() => renewExamples(marked('a.yml with', ''), [example])).toThrow('examples/a.yml has no with');
  });
});

/** Tells whether a step may change machines: its command does, and it isn't always a dry run. */
function changes({ uses = '', with: inputs = {} }: v.Infer<typeof Step>): boolean {
  const [, folder] = OURS.exec(uses) ?? [];
  // The root action takes its command as an input.
  const command = folder === undefined ? String(inputs['command'] ?? '') : folder.slice(1);
  const row = Object.entries(COMMANDS).find(([name]) => name === command)?.[1];
  const changesNothing = ['session', 'token', 'reading'].includes(row?.kind ?? '') || !OURS.test(uses);
  return !changesNothing && inputs['dry-run'] !== true;
}
