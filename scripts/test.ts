/**
 * `npm test`: Jest over everything that needs no Go, on Linux with the bundle's scenarios on Node 24. While one works, a part is
 * enough: `npm test -- unit` takes a quarter of the time, `npm test -- unit/macaroon unit/text.test.ts` seconds. Whatever
 * names no folder or file of `__tests__` goes to Jest as it is, such as `-t 'lease'`.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { NODE_24 } from '../runner/node-24.js';
import { runJest } from './jest.js';
import { npm } from './npm.js';

const args = process.argv.slice(2).map((arg) => {
  // With `/` on every system, since Jest takes it for a pattern.
  const path = `__tests__/${arg}`;
  return existsSync(path) ? path : arg;
});

if (!existsSync(NODE_24) && process.platform === 'linux' && process.arch === 'x64') {
  console.log('Fetching Node 24 for the scenarios, once…');
  const { status } = npm(['ci', '--ignore-scripts', '--prefix', 'node24', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.log(
      'Node 24 could not be fetched; scenarios run on this Node, and those for each Node on this one alone.',
    );
  }
}

// Twice as many as there are cores, since most scenarios wait.
process.exitCode = runJest([`--maxWorkers=${2 * availableParallelism()}`, ...args]);
