/**
 * Gallery of job summaries (`npm run summary-gallery`): runs each scene, renders its summary as GitHub does, takes
 * pictures where there is a browser, and judges each by rule.
 */
import { join } from 'node:path';
import { installPackages } from './install.js';
import { HELP, readOptions } from './options.js';

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  installPackages();
  // What renders imports the packages, which may have been installed just now.
  const { showScenes } = await import('./show-scenes.js');
  if (!(await showScenes(options, join('gallery', 'out')))) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`summary-gallery: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
