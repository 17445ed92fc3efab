import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Folder for files that nobody keeps; packages are found from here, too. */
const CACHE = fileURLToPath(new URL('../node_modules/.cache/simulate/', import.meta.url));

/** Writes a module and all that it imports, but packages, into one file of JavaScript, and returns its path. A thread starts sooner from it, and runs faster, than through a loader. */
export async function bundled(entry: URL): Promise<string> {
  const outfile = `${CACHE}${process.pid}.mjs`;
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
