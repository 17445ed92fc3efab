import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePairs, readFileCommand } from '../runner/commands/file-commands.js';
import { JOB_KEY } from '../src/action/access/job.js';
import { OUTPUTS } from '../src/action/report/outputs.js';
import type { Environment } from '../src/action/runner/environment.js';
import { fileRunner, type Runner } from '../src/action/runner/runner.js';
import { expect } from './expect.js';

/** The runner's folder and files for the steps of one case. */
export interface StepFiles {
  readonly temp: string;
  /**
   * Opens fresh files for a step: returns a runner that writes them, the variables that name them, and a
   * function that reads them after the step.
   */
  open(): { readonly runner: Runner; readonly env: Environment; readonly read: () => WrittenFiles };
  end(): void;
}

/** Files that a step wrote, as the runner reads them. */
export interface WrittenFiles {
  readonly outputs: ReadonlyMap<string, string>;
  readonly state: ReadonlyMap<string, string>;
  /** Variables for later steps. */
  readonly exported: Environment;
  readonly summary: string;
  /** Text of the file that `machines-file` names. */
  readonly machines: string;
}

const FILE_NAMES = ['OUTPUT', 'STATE', 'ENV', 'STEP_SUMMARY'] as const;
const STATE_NAME = /^(key|session|restore(-(held-)?\d+)?)$/;
const JSON_OUTPUTS = ['machines', 'machine-ids', 'changed-ids', 'failed-ids', 'apps'];

/** Creates the folder. The toolkit finds the files by this process's environment. */
export function createStepFiles(): StepFiles {
  const temp = mkdtempSync(join(tmpdir(), 'fuzz-step-'));
  let steps = 0;
  return {
    temp,
    open() {
      steps += 1;
      const paths = FILE_NAMES.map((name) => [`GITHUB_${name}`, join(temp, `${name}-${steps}`)] as const);
      for (const [name, path] of paths) {
        writeFileSync(path, '');
        process.env[name] = path;
      }
      const env = Object.fromEntries(paths);
      return { runner: fileRunner(env), env, read: () => readWrittenFiles(env) };
    },
    end() {
      rmSync(temp, { recursive: true });
      for (const name of FILE_NAMES) delete process.env[`GITHUB_${name}`];
    },
  };
}

function readWrittenFiles(env: Readonly<Record<string, string>>): WrittenFiles {
  const pairs = (name: string) => {
    const { pairs: read, problem } = parsePairs(readFileCommand(env[name] ?? ''));
    expect(problem === undefined, () => `${name} is damaged: ${problem}`);
    return read;
  };
  const outputs = pairs('GITHUB_OUTPUT');
  const state = pairs('GITHUB_STATE');
  for (const name of outputs.keys())
    expect(Object.hasOwn(OUTPUTS, name), () => `there is an unknown output ${name}`);
  for (const name of state.keys()) expect(STATE_NAME.test(name), () => `there is an unknown state ${name}`);
  const exported = pairs('GITHUB_ENV');
  for (const name of exported.keys())
    expect(name === JOB_KEY, () => `there is an unknown variable ${name} for later steps`);
  const path = outputs.get('machines-file') ?? '';
  const summary = readFileCommand(env['GITHUB_STEP_SUMMARY'] ?? '');
  return {
    outputs,
    state,
    exported: Object.fromEntries(exported),
    summary,
    machines: path === '' ? '' : readFileSync(path, 'utf8'),
  };
}

/** Checks that a finished step reported all that there is, in the promised form. */
export function checkReport({ outputs, machines }: WrittenFiles): void {
  for (const name of Object.keys(OUTPUTS).filter((it) => !['token', 'report'].includes(it)))
    expect(outputs.has(name), () => `the output ${name} is missing`);
  for (const name of JSON_OUTPUTS) {
    const text = outputs.get(name) ?? '';
    expect(text === '' || Array.isArray(JSON.parse(text)), () => `the output ${name} is no array: ${text}`);
  }
  const rows: unknown = JSON.parse(machines);
  expect(Array.isArray(rows), () => 'the file of machines holds no array');
  for (const name of ['count', 'changed-count', 'failed-count'])
    expect(
      /^\d+$/.test(outputs.get(name) ?? ''),
      () => `the output ${name} is no number: ${outputs.get(name)}`,
    );
}

/** Reads all that the steps of a case left on disk, except sessions. */
export function filesIn(temp: string): string {
  const names = readdirSync(temp).filter((name) => !/^fly-machines-(session|restore)-/.test(name));
  return names.map((name) => readFileSync(join(temp, name), 'utf8')).join('\n');
}
