import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND_NAMES } from '../../src/command-table.js';
import { TOOLS, toolBinary } from '../go.js';
import { record } from '../record.js';
import { actionlint } from './actionlint.js';
import { readmeWorkflows } from './readme-workflows.js';

const WORKFLOWS = join('.github', 'workflows');
const program = toolBinary('actionlint');
const own = readdirSync(WORKFLOWS).map((name) => join(WORKFLOWS, name));
const readme = readFileSync('README.md', 'utf8');

describe('when actionlint looks at workflows', () => {
  let folder: string;

  /** Lints workflows as if they were this repository's. */
  function lint(workflows: readonly string[]): readonly string[] {
    const files = workflows.map((text, index) => {
      const file = join(WORKFLOWS, `${index + 1}.yml`);
      writeFileSync(join(folder, file), text);
      return file;
    });
    return actionlint(program, files, folder);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'actionlint-'));
    for (const name of ['.git', WORKFLOWS]) mkdirSync(join(folder, name), { recursive: true });
    for (const name of ['action.yml', 'dist', ...COMMAND_NAMES]) {
      cpSync(name, join(folder, name), { recursive: true });
    }
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('has nothing against our own', () => {
    expect(own.length).toBeGreaterThan(4);
    expect(actionlint(program, own, '.')).toEqual([]);
    record({
      compared: WORKFLOWS,
      against: `actionlint ${TOOLS.actionlint.version}`,
      cases: own.length,
      result: 'no findings',
    });
  });

  it("has nothing against the README's", () => {
    const workflows = readmeWorkflows(readme);
    expect(workflows.length).toBeGreaterThan(4);
    expect(lint(workflows)).toEqual([]);
    record({
      compared: 'workflows of the README',
      against: `actionlint ${TOOLS.actionlint.version}`,
      cases: workflows.length,
      result: 'no findings',
    });
  });

  it.each([
    [
      'input',
      'exclude: keep=true',
      'exclud: keep=true',
      /input "exclud" is not defined in action "Fly machines: stop"/,
    ],
    [
      'input of another command',
      'limit: 5',
      'signal: SIGINT, export-token: env',
      /input "export-token" is not defined/,
    ],
    [
      'input of the root action',
      '  command: $',
      '  comand: $',
      /input "comand" is not defined in action "Fly machines"/,
    ],
    ['output', 'outputs.machine-ids', 'outputs.machines-ids', /property "machines-ids" is not defined/],
    ['key of a job', 'concurrency: staging', 'concurency: staging', /unexpected key "concurency"/],
  ])('finds a misspelt %s in the README', (_, right, wrong, fault) => {
    expect(readme).toContain(right);
    const faults = lint(readmeWorkflows(readme.replace(right, wrong)));
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  it('takes steps or jobs alone for a whole workflow', () => {
    const step = '- uses: OWNER/fly-machines-action/list@v1\n  with: { sumary: true }\n';
    const fault = expect.stringMatching(/input "sumary" is not defined/);
    expect(lint(readmeWorkflows(`\`\`\`yaml\n${step}\`\`\`\n`))).toEqual([fault]);
    expect(lint(readmeWorkflows(`\`\`\`yaml\nsteps:\n${step}\`\`\`\n`))).toEqual([fault]);
  });
});
