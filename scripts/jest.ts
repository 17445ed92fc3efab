import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countLacks } from './lacks.js';

/**
 * Runs Jest with these arguments, progress on stderr, ends with one plain line of figures taken from Jest's own result,
 * and gives its exit code.
 */
export function runJest(args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const folder = mkdtempSync(join(tmpdir(), 'jest-'));
  const file = join(folder, 'result.json');
  // Jest's JSON goes to the file and to stdout; people read the progress on stderr.
  // By Node itself: Windows starts nothing of `.bin` without a shell.
  const script = join('node_modules', 'jest', 'bin', 'jest.js');
  const jest = spawnSync(process.execPath, [script, '--json', `--outputFile=${file}`, ...args], {
    env: { ...process.env, ...env },
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  const result: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  rmSync(folder, { recursive: true });
  if (result === undefined) {
    console.error(
      `Jest left no result: ${jest.error?.message ?? `it ended with ${jest.status ?? jest.signal}`}`,
    );
    return jest.status || 1;
  }

  for (const [lack, count] of countLacks(result)) console.log(`${count} skipped here: ${lack}`);
  const figure = (name: string): number => {
    const value = Object.getOwnPropertyDescriptor(result, name)?.value;
    return typeof value === 'number' ? value : 0;
  };
  // A suite that could not run has no tests to count, and is a failure all the same.
  const failed = figure('numFailedTests') + figure('numRuntimeErrorTestSuites');
  console.log(`${figure('numPassedTests')} passed, ${failed} failed, ${figure('numPendingTests')} skipped`);
  return jest.status ?? 1;
}
