import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLES, readExamples, withoutExamples } from '../../scripts/examples.js';
import { readPages, wholeWorkflow, yamlBlocks } from '../../scripts/pages.js';
import { REPOSITORY } from '../../scripts/repository.js';
import { COMMAND_NAMES } from '../../src/command-table.js';
import { TOOLS, toolBinary } from '../go.js';
import { record } from '../record.js';
import { actionlint } from './actionlint.js';

const WORKFLOWS = join('.github', 'workflows');
const program = toolBinary('actionlint');
const own = readdirSync(WORKFLOWS).map((name) => join(WORKFLOWS, name));
const examples = readExamples().map(({ text }) => text);
/** Our own published actions, which actionlint doesn't know. */
const PUBLISHED = new RegExp(`${REPOSITORY}(/[\\w./-]+)?@v1`, 'g');

describe('when actionlint looks at workflows', () => {
  let folder: string;

  /** Lints workflows as if they were this repository's, with its own actions (`./auth`) in place of published ones. */
  function lint(workflows: readonly string[]): readonly string[] {
    const files = workflows.map((text, index) => {
      const file = join(WORKFLOWS, `${index + 1}.yml`);
      writeFileSync(
        join(folder, file),
        text.replace(PUBLISHED, (_, path = '/') => `.${path}`),
      );
      return file;
    });
    return actionlint(program, files, folder);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'actionlint-'));
    for (const name of ['.git', WORKFLOWS]) mkdirSync(join(folder, name), { recursive: true });
    for (const name of ['action.yml', 'dist', ...COMMAND_NAMES, join('.github', 'actions')]) {
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

  it('has nothing against the examples', () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(lint(examples)).toEqual([]);
    record({
      compared: EXAMPLES,
      against: `actionlint ${TOOLS.actionlint.version}`,
      cases: examples.length,
      result: 'no findings',
    });
  });

  it('has nothing against jobs and steps that stand alone in a page', () => {
    const blocks = readPages().map(withoutExamples).flatMap(yamlBlocks);
    const workflows = blocks.flatMap((block) => wholeWorkflow(block) ?? []);
    expect(workflows.length).toBeGreaterThan(5);
    expect(lint(workflows)).toEqual([]);
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
  ])('finds a misspelt %s in an example', (_, right, wrong, fault) => {
    const example = examples.find((text) => text.includes(right));
    if (example === undefined) throw new Error(`no example has ${right}`);
    expect(lint([example.replace(right, wrong)])).toEqual([expect.stringMatching(fault)]);
  });
});
