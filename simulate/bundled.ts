import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Folder for files that nobody keeps; packages are found from here, too. */
const CACHE = fileURLToPath(new URL('../node_modules/.cache/simulate/', import.meta.url));

/** Files that this process has written so far: two that are made side by side must not be one. */
let written = 0;

/** Writes a module and all that it imports, but packages, into one file of JavaScript, and returns its path. A thread starts sooner from it, and runs faster, than through a loader. */
export async function bundled(entry: URL): Promise<string> {
  written += 1;
  const outfile = `${CACHE}${process.pid}-${written}.mjs`;
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}
