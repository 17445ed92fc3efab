import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Returns the path of a Chromium: the variable `CHROME`, or the first on the PATH; undefined without one. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  const { CHROME: given, PATH: path = '' } = env;
  if (given !== undefined && given !== '') return given;
  return path
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
}
