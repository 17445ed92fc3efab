import { type SpawnSyncOptions, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CLI = join('node_modules', 'npm', 'bin', 'npm-cli.js');

/** Runs npm by the Node at hand: Windows has npm as a script of a shell, which nothing but a shell starts. */
export function npm(
  args: readonly string[],
  options: Omit<SpawnSyncOptions, 'shell' | 'encoding'> = {},
): SpawnSyncReturns<string> {
  const { execPath, env } = process;
  return spawnSync(execPath, [npmScript(execPath, env), ...args], { ...options, encoding: 'utf8' });
}

/** Finds the script of the npm that runs this one, else of the npm that came with Node. Throws where there is neither. */
export function npmScript(node: string, { npm_execpath: running }: NodeJS.ProcessEnv): string {
  const folder = dirname(node);
  const besides = [join(folder, CLI), join(folder, '..', 'lib', CLI)];
  // Other package managers leave their own script in the same variable.
  const candidates = running?.endsWith('npm-cli.js') ? [running, ...besides] : besides;
  const found = candidates.find((it) => existsSync(it));
  if (found === undefined)
    throw new Error(`npm is neither what runs this nor beside ${node}: start this by \`npm run\`.`);
  return found;
}
