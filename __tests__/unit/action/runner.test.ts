import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRunner } from '../../../src/action/runner.js';

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_STEP_SUMMARY'] as const;

let folder = '';
const before = FILES.map((name) => [name, process.env[name]] as const);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-'));
  for (const name of FILES) delete process.env[name];
});

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true });
});

function handOver(env: Readonly<Record<string, string | undefined>>): void {
  const runner = fileRunner(env);
  runner.setOutput('machines', '[\n]');
  runner.saveState('session', 'name');
  runner.exportVariable('FLY_API_TOKEN', 'geheim');
  runner.appendSummary('### one\n');
  runner.appendSummary('### two\n');
}

describe('when values are handed to the runner', () => {
  it('writes each to its file', () => {
    for (const name of FILES) {
      // The toolkit looks for its files in the process's own environment.
      process.env[name] = join(folder, name);
      writeFileSync(join(folder, name), '');
    }
    handOver(process.env);
    const [output, state, variables, summary] = FILES.map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(output).toMatch(/^machines<<(\S+)\n\[\n\]\n\1\n$/);
    expect(state).toMatch(/^session<<(\S+)\nname\n\1\n$/);
    expect(variables).toMatch(/^FLY_API_TOKEN<<(\S+)\ngeheim\n\1\n$/);
    expect(summary).toBe('### one\n### two\n');
  });

  it('prints nothing where there is no runner, since the toolkit would print secrets', () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      handOver({});
      handOver(Object.fromEntries(FILES.map((name) => [name, ''])));
      expect(write).not.toHaveBeenCalled();
    } finally {
      write.mockRestore();
    }
  });
});
