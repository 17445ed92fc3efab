/**
 * Gallery of job summaries (`npm run summary-gallery`): runs each scene, renders its summary as GitHub does, takes
 * pictures where there is a browser, and judges each by rule.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HELP, readOptions } from './options.js';

const FOLDER = 'gallery';

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  installPackages();
  // What renders imports the packages, which may have been installed just now.
  const { showScenes } = await import('./show-scenes.js');
  if (!(await showScenes(options, join(FOLDER, 'out')))) process.exitCode = 1;
}

function installPackages(): void {
  if (existsSync(join(FOLDER, 'node_modules', 'micromark'))) return;
  console.log('Fetching the packages of the gallery, once…');
  const args = ['ci', '--ignore-scripts', '--prefix', FOLDER, '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('the packages could not be fetched');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`summary-gallery: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
