import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../scripts/npm.js';

const FOLDER = 'gallery';

/** Installs the gallery's packages, unless those of its package.json are there. Throws if npm can't. */
export function installPackages(): void {
  // Both files are npm's own.
  const { dependencies } = readJson(join(FOLDER, 'package.json')) as { dependencies: Record<string, string> };
  if (Object.entries(dependencies).every(([name, version]) => installedVersion(name) === version)) return;
  console.log('Fetching the packages of the gallery…');
  const args = ['ci', '--ignore-scripts', '--prefix', FOLDER, '--no-audit', '--no-fund'];
  const { status } = npm(args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('the packages could not be fetched');
}

function installedVersion(name: string): string | undefined {
  const file = join(FOLDER, 'node_modules', name, 'package.json');
  return existsSync(file) ? (readJson(file) as { version: string }).version : undefined;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
