import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { readExamples } from '../../scripts/examples.js';
import { BASH, itWhere, JQ } from '../support/where.js';

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string | number>>;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

/** Text as a machine's name might be, by somebody who means harm. */
const HOSTILE = 'a"; touch owned; $(touch owned) `touch owned` \' @all\n~~~';
const MACHINES = [{ app: 'my-app', name: HOSTILE, state: 'started', reason: 'a\tb' }];

const steps = readExamples()
  // The cast is safe: other tests hold that all of these are workflows.
  .flatMap(({ text }) => Object.values((parse(text) as Workflow).jobs))
  .flatMap((job) => job.steps);
const scripts = steps.flatMap(({ run, env = {} }) =>
  run !== undefined && /steps\.\w+\.outputs/.test(JSON.stringify(env)) ? [{ run, env }] : [],
);

/** Programs that leave in a file what they are told, by arguments and standard input. */
const PROGRAMS = {
  curl: 'cat > said; echo "$*" > arguments',
  gh: 'for it; do echo "$it"; [ ! -f "$it" ] || cat "$it"; done > said',
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'words-'));
  for (const [name, script] of Object.entries(PROGRAMS))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'machines.json'), JSON.stringify(MACHINES));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a step as the runner does, with hostile outputs, and returns what it says to whom. */
function said({ run, env }: (typeof scripts)[number]): string {
  const filled = Object.entries(env).map(([name, value]) => {
    if (/machines-file/.test(String(value))) return [name, join(folder, 'machines.json')];
    return [name, String(value).replace(/\$\{\{.*\}\}/, HOSTILE)];
  });
  const PATH = [folder, process.env['PATH']].join(delimiter);
  const { status, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-e', '-c', run], {
    cwd: folder,
    env: { ...Object.fromEntries(filled), PATH },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return readFileSync(join(folder, 'said'), 'utf8');
}

describe('when an example passes on to people what a step says', () => {
  it('does so to Slack, in an issue and on a pull request', () => {
    const ways = new Set(scripts.map(({ run }) => /\b(curl|gh \w+)/.exec(run)?.[0]));
    expect([...ways].sort()).toEqual(['curl', 'gh issue', 'gh pr']);
  });

  itWhere(BASH, JQ).each(scripts.map((script) => [script.run.trim(), script] as const))(
    'nothing within that is run, and it arrives as it is: %s',
    (run, script) => {
      const text = said(script);
      expect(readdirSync(folder)).not.toContain('owned');
      if (run.includes('curl')) expect(JSON.parse(text)).toEqual({ text: expect.stringContaining(HOSTILE) });
      else expect(text).toContain(HOSTILE);
    },
  );

  itWhere(BASH, JQ)('no name of a machine ends the block of text that it stands in', () => {
    const issue = scripts.find(({ run }) => run.includes('gh issue'));
    if (issue === undefined) throw new Error('no example keeps an issue up to date');
    const row = said(issue)
      .split('\n')
      .find((line) => line.startsWith('my-app\t'));
    expect(row).toBe(`my-app\t${HOSTILE.replace('\n', '\\n')}\tstarted\ta\\tb`);
  });

  it('no expression stands within a script, where text would become a part of it', () => {
    expect(steps.filter(({ run = '' }) => /\$\{\{/.test(run))).toEqual([]);
  });
});
