import type fs from 'node:fs';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRunner } from '../../../../src/action/runner/runner.js';

/** What the next calls are refused with; the toolkit has calls of its own, which no spy sees. */
const mockRefusals: string[] = [];
jest.mock('fs', () => {
  const actual = jest.requireActual<typeof fs>('fs');
  const refused = () => {
    const code = mockRefusals.shift();
    if (code !== undefined) throw Object.assign(new Error(`${code}: not now`), { code });
  };
  return {
    ...actual,
    appendFileSync: (...given: Parameters<typeof fs.appendFileSync>) => {
      refused();
      actual.appendFileSync(...given);
    },
    openSync: (...given: Parameters<typeof fs.openSync>) => {
      refused();
      return actual.openSync(...given);
    },
  };
});

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
    expect(output).toMatch(/^machines<<(\S+)\r?\n\[\n\]\r?\n\1\r?\n$/);
    expect(state).toMatch(/^session<<(\S+)\r?\nname\r?\n\1\r?\n$/);
    expect(variables).toMatch(/^FLY_API_TOKEN<<(\S+)\r?\ngeheim\r?\n\1\r?\n$/);
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

describe('when a file of the runner is refused', () => {
  const PAUSES: number[] = [];
  const pause = (ms: number) => void PAUSES.push(ms);
  beforeEach(() => {
    PAUSES.length = 0;
    for (const name of FILES) {
      process.env[name] = join(folder, name);
      writeFileSync(join(folder, name), '');
    }
  });
  afterEach(() => mockRefusals.splice(0));

  const refuse = (code: string, times: number) =>
    mockRefusals.splice(0, mockRefusals.length, ...Array.from({ length: times }, () => code));

  it.each(['EBUSY', 'EPERM', 'EACCES'])('for a moment, it is written all the same: %s', (code) => {
    const runner = fileRunner(process.env, pause);
    refuse(code, 5);
    runner.saveState('session', 'name');
    refuse(code, 5);
    runner.appendSummary('### one\n');
    refuse(code, 5);
    expect(runner.lost?.('GITHUB_STATE')).toBeUndefined();
    expect(readFileSync(join(folder, 'GITHUB_STATE'), 'utf8')).toMatch(
      /^session<<(\S+)\r?\nname\r?\n\1\r?\n$/,
    );
    expect(readFileSync(join(folder, 'GITHUB_STEP_SUMMARY'), 'utf8')).toBe('### one\n');
    expect(PAUSES).toHaveLength(15);
  });

  it('for good, it is named', () => {
    const runner = fileRunner(process.env, pause);
    refuse('EBUSY', 1_000);
    expect(() => runner.saveState('session', 'name')).toThrow(/GITHUB_STATE.*EBUSY/);
    refuse('EBUSY', 1_000);
    expect(runner.lost?.('GITHUB_STATE')).toMatch(/GITHUB_STATE.*EBUSY/);
  });

  it('as no time mends it, it is tried once', () => {
    refuse('ENOSPC', 1);
    expect(() => fileRunner(process.env, pause).setOutput('count', '1')).toThrow(/GITHUB_OUTPUT.*ENOSPC/);
    expect(PAUSES).toEqual([]);
  });
});
