import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from '@badrap/valita';
import { isScalar, parse, parseDocument, visit } from 'yaml';
import { OURS } from '../support/workflow/run-workflow.js';

const Step = v.object({ uses: v.string().optional(), with: v.record(v.unknown()).optional() });
const Job = v.object({
  permissions: v.record(v.string()).optional(),
  'timeout-minutes': v.number().optional(),
  concurrency: v.unknown().optional(),
  steps: v.array(Step),
});
const Workflow = v.object({
  permissions: v.record(v.string()).optional(),
  concurrency: v.unknown().optional(),
  jobs: v.record(Job),
});

const texts = ['.github', 'examples'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yml'))
    .map((path) => join(folder, path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
);
const workflows = texts
  .filter(({ path }) => path.startsWith(join('.github', 'workflows')))
  .map(({ path, text }) => ({ path, ...Workflow.parse(parse(text), { mode: 'strip' }) }));
const jobs = workflows.flatMap(({ path, jobs, concurrency }) =>
  Object.entries(jobs).map(([name, job]) => ({ concurrency, ...job, name: `${path} ${name}` })),
);

/** Actions of others in a text, each with the comment beside it: `actions/checkout@<commit> # v7.0.1`. */
function foreign(text: string): string[] {
  const found: string[] = [];
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== 'uses' || !isScalar(value)) return;
      const uses = String(value.value);
      if (!uses.startsWith('./') && !OURS.test(uses)) found.push(`${uses} #${value.comment ?? ''}`);
    },
  });
  return found;
}

const PINNED = /^(?<action>[\w.-]+\/[\w.-]+)(?:\/[\w./-]+)?@(?<pin>[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;

describe('when a workflow uses an action of others', () => {
  const used = texts.flatMap(({ text }) => foreign(text));

  it('pins it by its commit, with the version beside it', () => {
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((uses) => !PINNED.test(uses))).toEqual([]);
  });

  it('pins it to the same commit everywhere', () => {
    const pins = new Map<string, Set<string>>();
    for (const { action = '', pin = '' } of used.map((uses) => PINNED.exec(uses)?.groups ?? {}))
      pins.set(action, (pins.get(action) ?? new Set()).add(pin));
    expect([...pins].filter(([, all]) => all.size > 1)).toEqual([]);
  });

  it.each([
    ['a tag', '@v7.0.1 # v7.0.1'],
    ['a part of a commit', '@3d3c42e5 # v7.0.1'],
    ['no version', '@3d3c42e5aac5ba805825da76410c181273ba90b1'],
    ['a version that moves', '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7'],
  ])('would notice %s', (_, pin) => {
    const [uses = ''] = foreign(`jobs: { a: { steps: [\n  uses: actions/checkout${pin}\n] } }`);
    expect(uses).toContain('actions/checkout@');
    expect(uses).not.toMatch(PINNED);
  });
});

describe('when a workflow of this repository runs', () => {
  it('has no rights but those that a job names', () => {
    expect(workflows.length).toBeGreaterThan(5);
    expect(workflows.filter((it) => Object.keys(it.permissions ?? { all: '' }).length > 0)).toEqual([]);
    expect(jobs.filter(({ permissions }) => permissions === undefined)).toEqual([]);
  });

  it('ends in time, whatever hangs', () => {
    expect(jobs.filter((job) => !(Number(job['timeout-minutes']) <= 60)).map(({ name }) => name)).toEqual([]);
  });

  it('leaves no token behind in its checkout', () => {
    const steps = jobs.flatMap((job) => job.steps);
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(5);
    expect(checkouts.filter((it) => it.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  it('takes its turn: no two runs of it do the same at once', () => {
    expect(jobs.filter(({ concurrency }) => concurrency === undefined).map(({ name }) => name)).toEqual([]);
  });
});
